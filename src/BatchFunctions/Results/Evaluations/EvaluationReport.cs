using System.Globalization;
using System.Text.Json;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Planning;
using BatchFunctions.Results.Reports;

namespace BatchFunctions.Results.Evaluations;

/// <summary>What a job's predictions were worth: the content of <c>evaluation.json</c>.</summary>
public sealed record EvaluationReport
{
    /// <summary>The number of points of a curve at most.</summary>
    public const int MaxPoints = 200;

    private const int MaxCells = 10_000;
    private const string NoClass = "(none of the classes)";

    /// <summary>The job's id.</summary>
    public required string JobId { get; init; }

    /// <summary>The pipeline's name.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The model: <c>name@version</c>.</summary>
    public required string Model { get; init; }

    /// <summary>What was compared.</summary>
    public required EvaluationTask Task { get; init; }

    /// <summary>The column with the truth.</summary>
    public required string Label { get; init; }

    /// <summary>The label that counts as positive; null where there are not two classes.</summary>
    public string? PositiveLabel { get; init; }

    /// <summary>The label that counts as negative; null where there are not two classes, and where several labels do.</summary>
    public string? NegativeLabel { get; init; }

    /// <summary>The score from which on a record was predicted positive; null where there are not two classes.</summary>
    public double? Threshold { get; init; }

    /// <summary>The number of records with a score; those below add up to it.</summary>
    public required long RecordsScored { get; init; }

    /// <summary>The number of them with a label.</summary>
    public required long RecordsEvaluated { get; init; }

    /// <summary>The number of them without a label.</summary>
    public required long RecordsWithoutLabel { get; init; }

    /// <summary>The number of them whose label means nothing.</summary>
    public required long RecordsWithUnknownLabel { get; init; }

    /// <summary>The first, in alphabetical order, of the labels that mean nothing.</summary>
    public IReadOnlyList<string> UnknownLabels { get; init; } = [];

    /// <summary>The first of the labels that counted as negative where no label is named as that.</summary>
    public IReadOnlyList<string> OtherLabels { get; init; } = [];

    /// <summary>What a reader should know, for people.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The measures over all evaluated records.</summary>
    public required Measures Measures { get; init; }

    /// <summary>The confusion matrix, cell by cell, without empty cells where there are more than two classes; the 10,000 fullest at most.</summary>
    public IReadOnlyList<ConfusionCell> ConfusionMatrix { get; init; } = [];

    /// <summary>How well each class that occurs was predicted.</summary>
    public IReadOnlyList<ClassMeasures> Classes { get; init; } = [];

    /// <summary>Probabilities against outcomes, in ten ranges; of two classes only.</summary>
    public IReadOnlyList<CalibrationRange> Calibration { get; init; } = [];

    /// <summary>What the highest tenths of the scores find; of two classes only.</summary>
    public IReadOnlyList<LiftRow> Lift { get; init; } = [];

    /// <summary>The ROC curve, thinned; of two classes only.</summary>
    public IReadOnlyList<RocPoint> RocCurve { get; init; } = [];

    /// <summary>The precision–recall curve, thinned; of two classes only.</summary>
    public IReadOnlyList<PrecisionRecallPoint> PrecisionRecallCurve { get; init; } = [];

    /// <summary>The measures by segment.</summary>
    public IReadOnlyList<SegmentReport> Segments { get; init; } = [];

    /// <summary>Puts a job's merged metrics into numbers.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="model">The model: <c>name@version</c>.</param>
    /// <param name="plan">How predictions were compared with labels.</param>
    /// <param name="threshold">The score from which on a record was predicted positive, or null.</param>
    /// <param name="metrics">The metrics of all shards.</param>
    public static EvaluationReport Create(string jobId, string pipeline, string model, EvaluationPlan plan, double? threshold, EvaluationMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(metrics);
        bool isBinary = plan.Task is EvaluationTask.Binary;
        string? negative = !isBinary ? null : plan.Classes[0] ?? (metrics.OtherNames.Names is [var only] ? only : null);
        string[] names = isBinary ? [negative ?? $"not {plan.Classes[1]}", plan.Classes[1]!] : [.. plan.Classes.Select(name => name!)];
        var binary = metrics.Outcomes as BinaryOutcomes;
        Ranking? ranking = binary is null ? null : new Ranking(binary.Curve);
        return new EvaluationReport
        {
            JobId = jobId,
            Pipeline = pipeline,
            Model = model,
            Task = plan.Task,
            Label = plan.Label,
            PositiveLabel = isBinary ? plan.Classes[1] : null,
            NegativeLabel = negative,
            Threshold = isBinary ? threshold : null,
            RecordsScored = metrics.Evaluated + metrics.MissingLabels + metrics.UnknownLabels,
            RecordsEvaluated = metrics.Evaluated,
            RecordsWithoutLabel = metrics.MissingLabels,
            RecordsWithUnknownLabel = metrics.UnknownLabels,
            UnknownLabels = metrics.UnknownNames.Names,
            OtherLabels = metrics.OtherNames.Names,
            Notes = [.. NotesOn(plan, metrics)],
            Measures = MeasureCalculation.Of(metrics.Outcomes),
            ConfusionMatrix = MatrixOf(metrics.Outcomes, names),
            Classes = [.. MeasureCalculation.ByClass(metrics.Outcomes, names).Select(c => c.Measures)],
            Calibration = binary is { Outside: 0, Calibration: { } bins, Records: > 0 } ? CalibrationOf(bins) : [],
            Lift = ranking?.Lift() ?? [],
            RocCurve = ranking?.Roc(MaxPoints) ?? [],
            PrecisionRecallCurve = ranking?.PrecisionRecall(MaxPoints) ?? [],
            Segments = [.. metrics.Segments.Select(ReportOf)],
        };
    }

    /// <summary>The file's bytes: indented JSON with snake_case keys in a fixed order.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ReportJson.Files.EvaluationReport);

    /// <summary>Reads the file's bytes.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: they are no such file.</exception>
    public static EvaluationReport FromJson(ReadOnlySpan<byte> utf8) => ReportJson.Read(utf8, ReportJson.Files.EvaluationReport, "evaluation.json");

    /// <summary>The evaluation in a few numbers.</summary>
    public EvaluationSummary Summarize() => new(Label, RecordsEvaluated, RecordsWithoutLabel, RecordsWithUnknownLabel, Measures);

    private static IEnumerable<string> NotesOn(EvaluationPlan plan, EvaluationMetrics metrics)
    {
        if (metrics.UnknownLabels > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{metrics.UnknownLabels:N0} records have a label in '{plan.Label}' that {(plan.Task is EvaluationTask.Regression ? "is no number" : "is no class")}, such as {Some(metrics.UnknownNames)}; they were scored, not evaluated.");
        if (metrics.OtherNames.Names.Count > 1)
            yield return $"No label is named as the negative one, so every label but '{plan.Classes[1]}' counted as that: {Some(metrics.OtherNames)}. Write evaluation.negative if only one of them is.";
        if (metrics.Outcomes is BinaryOutcomes { Outside: > 0 and var outside })
            yield return string.Create(CultureInfo.InvariantCulture, $"{outside:N0} scores are below 0 or above 1, so there is no log loss, Brier score or calibration. Calibrate the scores to have them.");
        if (metrics.Outcomes is BinaryOutcomes { Records: > 0 } binary && (binary.Positives == 0 || binary.Positives == binary.Records))
            yield return $"All evaluated records turned out {(binary.Positives == 0 ? "negative" : "positive")}, so there is no ROC curve.";
        if (metrics.Outcomes is BinaryOutcomes { Curve.Level: > 0 })
            yield return "There are too many different scores to tell all apart, so neighbours share bins: auc_max_error and average_precision_max_error say how far the areas are off at most.";
        foreach (SegmentOutcomes segments in metrics.Segments.Where(s => s.Other.Records > 0))
            yield return string.Create(CultureInfo.InvariantCulture, $"Of the values of '{segments.Column}', the first {SegmentOutcomes.MaxValues} in alphabetical order are told apart; {segments.Other.Records:N0} records have another value, or one of more than {FirstValues.LongestValue} bytes.");
    }

    private static string Some(FirstValues values) => string.Join(", ", values.Names.Select(n => $"'{n}'"));

    private static ConfusionCell[] MatrixOf(Outcomes outcomes, string[] names) =>
        [.. MeasureCalculation.Cells(outcomes)
            .OrderByDescending(c => c.Records).ThenBy(c => c.Actual).ThenBy(c => c.Predicted)
            .Take(MaxCells)
            .OrderBy(c => c.Actual).ThenBy(c => c.Predicted)
            .Select(c => new ConfusionCell(names[c.Actual], c.Predicted < names.Length ? names[c.Predicted] : NoClass, c.Records))];

    private static CalibrationRange[] CalibrationOf(CalibrationBins bins) =>
        [.. Enumerable.Range(0, CalibrationBins.Count).Select(i => new CalibrationRange(
            CalibrationBins.EndOf(i),
            CalibrationBins.EndOf(i + 1),
            bins.RecordsOf(i),
            bins.RecordsOf(i) > 0 ? bins.MeanScoreOf(i) : null,
            bins.RecordsOf(i) > 0 ? (double)bins.PositivesOf(i) / bins.RecordsOf(i) : null))];

    private static SegmentReport ReportOf(SegmentOutcomes segments)
    {
        IEnumerable<(string? Value, string Kind, Outcomes Outcomes)> values = [
            .. segments.Values.OrderBy(v => NumberOf(v.Value)).ThenBy(v => v.Value, StringComparer.Ordinal).Select(v => ((string?)v.Value, "value", v.Outcomes)),
            (null, "missing", segments.Missing),
            (null, "other", segments.Other)];
        return new SegmentReport(
            segments.Column,
            [.. values.Where(v => v.Outcomes.Records > 0).Select(v => new SegmentMeasures(v.Value, v.Kind, v.Outcomes.Records, MeasureCalculation.Of(v.Outcomes)))]);
    }

    // Numbers are shown by size: 2 before 10.
    private static double NumberOf(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.PositiveInfinity;
}
