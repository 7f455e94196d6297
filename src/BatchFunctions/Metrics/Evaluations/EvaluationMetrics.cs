namespace BatchFunctions.Metrics.Evaluations;

/// <summary>
/// Predictions against labels: what accuracy, AUC and the other measures are computed from. Merging gives the same result, to the last bit, in
/// whatever order and grouping it is done.
/// </summary>
public sealed class EvaluationMetrics
{
    private const int ListedLabels = 10;

    private EvaluationMetrics(Outcomes outcomes, IEnumerable<SegmentOutcomes> segments) => (Outcomes, Segments) = (outcomes, [.. segments]);

    /// <summary>The number of records with a label that says what turned out.</summary>
    public long Evaluated => Outcomes.Records;

    /// <summary>The number of scored records without a label.</summary>
    public long MissingLabels { get; private set; }

    /// <summary>The number of scored records whose label means nothing: no class of the model, or no number.</summary>
    public long UnknownLabels { get; private set; }

    /// <summary>The first, in the order of their bytes, of the labels that mean nothing.</summary>
    internal FirstValues UnknownNames { get; } = new(ListedLabels);

    /// <summary>The first of the labels that counted as negative because no label is named as that.</summary>
    internal FirstValues OtherNames { get; } = new(ListedLabels);

    /// <summary>The outcomes of all evaluated records.</summary>
    internal Outcomes Outcomes { get; }

    /// <summary>The outcomes by the values of columns.</summary>
    internal IReadOnlyList<SegmentOutcomes> Segments { get; }

    /// <summary>Makes metrics without records.</summary>
    /// <param name="task">What predictions are compared with.</param>
    /// <param name="classes">The number of classes, where there are several.</param>
    /// <param name="clip">How close to 0 or 1 a probability counts as at most: the machine epsilon of the scores' type.</param>
    /// <param name="segments">The columns to keep segments by.</param>
    internal static EvaluationMetrics Create(EvaluationTask task, int classes, double clip, IEnumerable<string> segments)
    {
        Outcomes outcomes = task switch
        {
            EvaluationTask.Binary => new BinaryOutcomes(clip),
            EvaluationTask.Multiclass => new ClassOutcomes(classes, clip),
            _ => new ValueOutcomes(),
        };
        return new EvaluationMetrics(outcomes, segments.Select(column => new SegmentOutcomes(column, outcomes)));
    }

    /// <summary>Counts scored records that cannot be evaluated.</summary>
    internal void AddUnlabelled(long missing, long unknown)
    {
        MissingLabels += missing;
        UnknownLabels += unknown;
    }

    /// <summary>Metrics of the same kind without records.</summary>
    internal EvaluationMetrics CreateEmpty() => new(Outcomes.CreateEmpty(), Segments.Select(s => new SegmentOutcomes(s.Column, Outcomes)));

    /// <summary>Adds all that <paramref name="other"/> holds, which stays as it is.</summary>
    internal void Merge(EvaluationMetrics other)
    {
        if (other.Segments.Count != Segments.Count)
            throw new ArgumentException($"An evaluation with {other.Segments.Count} columns of segments cannot be merged with one of {Segments.Count}.", nameof(other));
        AddUnlabelled(other.MissingLabels, other.UnknownLabels);
        UnknownNames.Merge(other.UnknownNames);
        OtherNames.Merge(other.OtherNames);
        Outcomes.Merge(other.Outcomes);
        for (int i = 0; i < Segments.Count; i++)
            Segments[i].Merge(other.Segments[i]);
    }

    internal EvaluationRecord ToRecord() => new()
    {
        Missing = MissingLabels,
        Unknown = UnknownLabels,
        UnknownLabels = UnknownNames.Names,
        OtherLabels = OtherNames.Names,
        Outcomes = Outcomes.ToRecord(),
        Segments = [.. Segments.Select(s => s.ToRecord())],
    };

    /// <exception cref="FormatException">The record is none that was written here.</exception>
    internal static EvaluationMetrics FromRecord(EvaluationRecord record)
    {
        Outcomes outcomes = Outcomes.FromRecord(record.Outcomes);
        var metrics = new EvaluationMetrics(outcomes, record.Segments.Select(s => SegmentOutcomes.FromRecord(s, outcomes)))
        {
            MissingLabels = record.Missing,
            UnknownLabels = record.Unknown,
        };
        metrics.UnknownNames.Merge(record.UnknownLabels);
        metrics.OtherNames.Merge(record.OtherLabels);
        return metrics;
    }
}
