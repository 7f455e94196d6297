namespace BatchFunctions.Metrics.Drift;

/// <summary>
/// What drift is measured from: every feature's values, and the scores, counted by the bins of the baseline. Merging gives the same result in
/// whatever order and grouping it is done.
/// </summary>
internal sealed class DriftCounts
{
    /// <summary>Makes counts.</summary>
    /// <param name="features">The features' counts, in the order of the plan.</param>
    /// <param name="score">The scores' counts, or null where the baseline has none.</param>
    public DriftCounts(IReadOnlyList<FeatureCounts> features, FeatureCounts? score) => (Features, Score) = (features, score);

    /// <summary>The features, in the order of the plan.</summary>
    public IReadOnlyList<FeatureCounts> Features { get; }

    /// <summary>The scores, or null.</summary>
    public FeatureCounts? Score { get; }

    /// <summary>Counts of nothing for the same bins.</summary>
    public DriftCounts Empty() => new([.. Features.Select(f => f.Empty())], Score?.Empty());

    /// <summary>Adds all that <paramref name="other"/> holds.</summary>
    /// <exception cref="ArgumentException">It was counted against another baseline.</exception>
    public void Merge(DriftCounts other)
    {
        if (other.Features.Count != Features.Count || other.Score is null != Score is null)
            throw new ArgumentException("What was counted against different baselines cannot be merged.", nameof(other));
        for (int i = 0; i < Features.Count; i++)
            Features[i].Merge(other.Features[i]);
        if (other.Score is { } score)
            Score!.Merge(score);
    }

    internal DriftRecord ToRecord() => new() { Features = [.. Features.Select(f => f.ToRecord())], Score = Score?.ToRecord() };

    /// <exception cref="FormatException">The record is none that was written here.</exception>
    internal static DriftCounts FromRecord(DriftRecord record) =>
        new([.. record.Features.Select(FeatureCounts.FromRecord)], record.Score is { } score ? FeatureCounts.FromRecord(score) : null);
}
