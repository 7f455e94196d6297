namespace BatchFunctions.Metrics.Challengers;

/// <summary>What a challenger made of the records that the model scored. Merging is exact in any order and grouping.</summary>
public sealed class ChallengerMetrics
{
    private readonly long[] _decisions = new long[4];

    /// <summary>Makes metrics without records.</summary>
    /// <param name="scale">What range the challenger's scores have.</param>
    public ChallengerMetrics(ScoreScale scale)
        : this(new ShardMetrics(scale), new ScoreAccumulator(ScoreScale.Any), new ScoreAccumulator(ScoreScale.Any))
    {
    }

    private ChallengerMetrics(ShardMetrics own, ScoreAccumulator differences, ScoreAccumulator distances) =>
        (Own, Differences, Distances) = (own, differences, distances);

    /// <summary>The challenger's own records, scores, classes and evaluation; its rejects are records that only the model could score.</summary>
    public ShardMetrics Own { get; }

    /// <summary>The challenger's score minus the model's.</summary>
    public ScoreAccumulator Differences { get; }

    /// <summary>The size of the difference.</summary>
    public ScoreAccumulator Distances { get; }

    /// <summary>
    /// The number of records by both decisions: both negative, the challenger alone positive, the model alone positive, both positive. All 0 where
    /// records get no class.
    /// </summary>
    public IReadOnlyList<long> Decisions => _decisions;

    /// <summary>How the challenger failed on a batch, the first message in ordinal order; null where it did not.</summary>
    public string? Error { get; private set; }

    /// <summary>Counts a record that got a class, 0 or 1, from both.</summary>
    internal void AddDecisions(int model, int challenger) => _decisions[(2 * model) + challenger]++;

    /// <summary>Notes how the challenger failed.</summary>
    internal void Fail(string message) =>
        Error = Error is null || string.CompareOrdinal(message, Error) < 0 ? message : Error;

    /// <summary>Metrics of nothing of the same kind.</summary>
    internal ChallengerMetrics Empty() => new(Own.Scores.Scale);

    /// <summary>Adds all that <paramref name="other"/> holds.</summary>
    /// <exception cref="ArgumentException">It is of another kind.</exception>
    internal void Merge(ChallengerMetrics other)
    {
        Own.Merge(other.Own);
        Differences.Merge(other.Differences);
        Distances.Merge(other.Distances);
        for (int i = 0; i < _decisions.Length; i++)
            _decisions[i] += other._decisions[i];
        if (other.Error is { } message)
            Fail(message);
    }

    internal ChallengerRecord ToRecord() => new()
    {
        Own = Own.ToRecord(),
        Differences = Differences.ToRecord(),
        Distances = Distances.ToRecord(),
        Decisions = _decisions,
        Error = Error,
    };

    /// <exception cref="FormatException">The record is none that was written here.</exception>
    internal static ChallengerMetrics FromRecord(ChallengerRecord record)
    {
        var metrics = new ChallengerMetrics(ShardMetrics.FromRecord(record.Own), ScoreAccumulator.FromRecord(record.Differences), ScoreAccumulator.FromRecord(record.Distances)) { Error = record.Error };
        if (record.Decisions.Count != metrics._decisions.Length || metrics.Differences.Count != metrics.Own.Scored || metrics.Distances.Count != metrics.Own.Scored)
            throw new FormatException("What the challenger scored and what was compared do not add up.");
        for (int i = 0; i < metrics._decisions.Length; i++)
            metrics._decisions[i] = record.Decisions[i];
        return metrics;
    }
}
