using System.Text;
using System.Text.Json;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Planning;
using BatchFunctions.Results.Evaluations;

namespace BatchFunctions.Tests.Results.Evaluations;

public sealed class EvaluationReportTests
{
    [Fact]
    public void The_file_has_the_keys_that_people_load()
    {
        using JsonDocument json = JsonDocument.Parse(Evaluated.Binary().ToJson());
        JsonElement root = json.RootElement;

        Assert.Equal(
            ["job_id", "pipeline", "model", "task", "label", "positive_label", "negative_label", "threshold", "records_scored", "records_evaluated", "records_without_label", "records_with_unknown_label", "unknown_labels", "other_labels", "notes", "measures", "confusion_matrix", "classes", "calibration", "lift", "roc_curve", "precision_recall_curve", "segments"],
            root.EnumerateObject().Select(p => p.Name));
        Assert.Equal("binary", root.GetProperty("task").GetString());
        Assert.Equal(
            ["accuracy", "precision", "recall", "f1", "positive_rate", "predicted_positive_rate", "auc", "auc_max_error", "average_precision", "average_precision_max_error", "log_loss", "brier", "calibration_error"],
            root.GetProperty("measures").EnumerateObject().Select(p => p.Name));
        Assert.Equal(["share", "threshold", "positive_rate", "gain", "lift"], root.GetProperty("lift")[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(["value", "kind", "records", "measures"], root.GetProperty("segments")[0].GetProperty("values")[0].EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void The_file_is_read_as_it_was_written() =>
        Assert.All(
            [Evaluated.Binary(), Evaluated.Classes(), Evaluated.Values()],
            report => Assert.Equal(report.ToJson(), EvaluationReport.FromJson(report.ToJson()).ToJson()));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    public void A_damaged_file_is_an_integrity_error(string json) =>
        Assert.Equal(ErrorKind.Integrity, Assert.Throws<BatchFunctionsException>(() => EvaluationReport.FromJson(Encoding.UTF8.GetBytes(json))).Kind);

    [Fact]
    public void Every_record_is_somewhere()
    {
        EvaluationReport report = Evaluated.Binary();

        Assert.Equal((1012, 1000, 7, 5), (report.RecordsScored, report.RecordsEvaluated, report.RecordsWithoutLabel, report.RecordsWithUnknownLabel));
        Assert.Equal(1000, report.ConfusionMatrix.Sum(c => c.Records));
        Assert.Equal(1000, report.Calibration.Sum(c => c.Records));
        Assert.Equal(1000, report.Classes.Sum(c => c.Records));
        Assert.Equal(1000, report.Segments.Single().Values.Sum(v => v.Records));
        Assert.Equal((1, 1), (report.Lift[^1].Gain, report.Lift[^1].Lift));
        Assert.InRange(report.RocCurve.Count, 100, 200);
        Assert.InRange(report.PrecisionRecallCurve.Count, 100, 200);
    }

    [Fact]
    public void The_negative_label_is_named_where_there_is_but_one()
    {
        Assert.Equal("No", Evaluated.Binary().NegativeLabel);
        Assert.Equal("Stays", Evaluated.Binary(negative: "Stays", others: []).NegativeLabel);
        EvaluationReport several = Evaluated.Binary(others: ["No", "no"]);

        Assert.Null(several.NegativeLabel);
        Assert.Contains("not Yes", several.ConfusionMatrix.Select(c => c.Actual));
        Assert.Contains(several.Notes, n => n.Contains("every label but 'Yes' counted as that: 'No', 'no'", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_reader_should_know_is_said()
    {
        Assert.Contains(Evaluated.Binary().Notes, n => n.StartsWith("5 records have a label in 'left' that is no class, such as 'perhaps'", StringComparison.Ordinal));
        Assert.Contains(Evaluated.Binary(regions: 60).Notes, n => n.StartsWith("Of the values of 'region', the first 50", StringComparison.Ordinal));

        EvaluationMetrics raw = EvaluationMetrics.Create(EvaluationTask.Binary, 2, 1E-7, []);
        raw.Outcomes.Add([1, 1], [1, 1], [3, 4]);
        IReadOnlyList<string> notes = EvaluationReport.Create("j", "p", "m@1", new EvaluationPlan { Task = EvaluationTask.Binary, Label = "l", Classes = ["0", "1"] }, 0.5, raw).Notes;
        Assert.Contains(notes, n => n.StartsWith("2 scores are below 0 or above 1", StringComparison.Ordinal));
        Assert.Contains(notes, n => n.StartsWith("All evaluated records turned out positive", StringComparison.Ordinal));
    }

    [Fact]
    public void A_prediction_that_is_no_class_has_a_cell() =>
        Assert.Contains(new ConfusionCell("owl", "(none of the classes)", 1), Evaluated.Classes().ConfusionMatrix);

    [Fact]
    public void Without_evaluated_records_there_is_nothing_to_measure()
    {
        EvaluationReport report = EvaluationReport.Create(
            "j", "p", "m@1", new EvaluationPlan { Task = EvaluationTask.Binary, Label = "l", Classes = ["0", "1"], Segments = ["s"] }, 0.5, EvaluationMetrics.Create(EvaluationTask.Binary, 2, 1E-7, ["s"]));

        Assert.Equal(new Measures(), report.Measures);
        Assert.Empty(report.Calibration);
        Assert.Empty(report.Segments.Single().Values);
        Assert.Equal(report.ToJson(), EvaluationReport.FromJson(report.ToJson()).ToJson());
    }
}
