using System.Runtime.InteropServices;

namespace BatchFunctions.Metrics.Challengers;

/// <summary>What a challenger made of the records that the model scored. Merging is exact in any order and grouping.</summary>
public sealed class ChallengerMetrics
{
    // Pairs of the first classes of both stand in a matrix.
    private const int FirstClasses = 16;

    private readonly long[] _firstPairs = new long[FirstClasses * FirstClasses];
    private readonly Dictionary<(int Model, int Challenger), long> _otherPairs = [];

    /// <summary>Makes metrics without records.</summary>
    /// <param name="scale">What range the challenger's scores have.</param>
    /// <param name="sharedClasses">How many classes with a probability of their own both know.</param>
    public ChallengerMetrics(ScoreScale scale, int sharedClasses = 0)
        : this(
            new ShardMetrics(scale),
            new ScoreAccumulator(ScoreScale.Any),
            new ScoreAccumulator(ScoreScale.Any),
            [.. Enumerable.Range(0, sharedClasses).Select(_ => new ClassDifference())])
    {
    }

    private ChallengerMetrics(ShardMetrics own, ScoreAccumulator differences, ScoreAccumulator distances, ClassDifference[] byClass) =>
        (Own, Differences, Distances, ByClass) = (own, differences, distances, byClass);

    /// <summary>The challenger's own records, scores, classes and evaluation; its rejects are records that only the model could score.</summary>
    public ShardMetrics Own { get; }

    /// <summary>The challenger's score minus the model's.</summary>
    public ScoreAccumulator Differences { get; }

    /// <summary>The size of the difference.</summary>
    public ScoreAccumulator Distances { get; }

    /// <summary>The differences of the probabilities of each class that both know, in the order of the model's; empty where there are no such.</summary>
    public IReadOnlyList<ClassDifference> ByClass { get; }

    /// <summary>The records by both classes, in ascending order; empty where records get no class. Of two classes the positions are 0 and 1.</summary>
    public IEnumerable<ClassPair> Pairs => _firstPairs.Index().Where(p => p.Item > 0).Select(p => new ClassPair(p.Index / FirstClasses, p.Index % FirstClasses, p.Item))
        .Concat(_otherPairs.Select(p => new ClassPair(p.Key.Model, p.Key.Challenger, p.Value)))
        .OrderBy(p => (p.Model, p.Challenger));

    /// <summary>How the challenger failed on a batch, the first message in ordinal order; null where it did not.</summary>
    public string? Error { get; private set; }

    /// <summary>Counts a record that got a class from both.</summary>
    internal void AddPair(int model, int challenger) => RecordsOf(model, challenger)++;

    /// <summary>Notes how the challenger failed.</summary>
    internal void Fail(string message) =>
        Error = Error is null || string.CompareOrdinal(message, Error) < 0 ? message : Error;

    /// <summary>Metrics of nothing of the same kind.</summary>
    internal ChallengerMetrics Empty() => new(Own.Scores.Scale, ByClass.Count);

    /// <summary>Adds all that <paramref name="other"/> holds.</summary>
    /// <exception cref="ArgumentException">It is of another kind.</exception>
    internal void Merge(ChallengerMetrics other)
    {
        if (other.ByClass.Count != ByClass.Count)
            throw new ArgumentException($"Differences of {other.ByClass.Count} classes cannot be merged with differences of {ByClass.Count}.", nameof(other));
        Own.Merge(other.Own);
        Differences.Merge(other.Differences);
        Distances.Merge(other.Distances);
        foreach ((ClassDifference mine, ClassDifference theirs) in ByClass.Zip(other.ByClass))
            mine.Merge(theirs);
        foreach (ClassPair pair in other.Pairs)
            RecordsOf(pair.Model, pair.Challenger) += pair.Records;
        if (other.Error is { } message)
            Fail(message);
    }

    internal ChallengerRecord ToRecord() => new()
    {
        Own = Own.ToRecord(),
        Differences = Differences.ToRecord(),
        Distances = Distances.ToRecord(),
        Pairs = [.. Pairs.Select(p => new[] { p.Model, p.Challenger, p.Records })],
        ByClass = ByClass.Count == 0 ? null : [.. ByClass.Select(c => c.ToRecord())],
        Error = Error,
    };

    /// <exception cref="FormatException">The record is none that was written here.</exception>
    internal static ChallengerMetrics FromRecord(ChallengerRecord record)
    {
        var metrics = new ChallengerMetrics(
            ShardMetrics.FromRecord(record.Own),
            ScoreAccumulator.FromRecord(record.Differences),
            ScoreAccumulator.FromRecord(record.Distances),
            [.. (record.ByClass ?? []).Select(ClassDifference.FromRecord)])
        {
            Error = record.Error,
        };
        if (metrics.Differences.Count != metrics.Own.Scored || metrics.Distances.Count != metrics.Own.Scored)
            throw new FormatException("What the challenger scored and what was compared do not add up.");
        foreach (long[] pair in record.Pairs)
        {
            if (pair is not [>= 0 and <= int.MaxValue, >= 0 and <= int.MaxValue, > 0] || metrics.RecordsOf((int)pair[0], (int)pair[1]) != 0)
                throw new FormatException("Records by both classes are the model's class, the challenger's, and a count.");
            metrics.RecordsOf((int)pair[0], (int)pair[1]) = pair[2];
        }

        return metrics;
    }

    private ref long RecordsOf(int model, int challenger) => ref (uint)model < FirstClasses && (uint)challenger < FirstClasses
        ? ref _firstPairs[(model * FirstClasses) + challenger]
        : ref CollectionsMarshal.GetValueRefOrAddDefault(_otherPairs, (model, challenger), out _);
}
