namespace BatchFunctions.Monitoring;

/// <summary>How far a feature, or the scores, are from the baseline.</summary>
public sealed record FeatureDrift
{
    /// <summary>The column; <c>score</c> for the scores.</summary>
    public required string Feature { get; init; }

    /// <summary><c>number</c> or <c>category</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether any measure raised an alarm.</summary>
    public required bool Drifted { get; init; }

    /// <summary>The number of records compared, those without a value included.</summary>
    public required long Records { get; init; }

    /// <summary>The population stability index over the values that are there; null where either side has none.</summary>
    public double? Psi { get; init; }

    /// <summary>The Kolmogorov–Smirnov distance at the edges of the bins; null for categories.</summary>
    public double? Ks { get; init; }

    /// <summary>By how much the Kolmogorov–Smirnov distance of the values themselves may be larger than <see cref="Ks"/>.</summary>
    public double? KsError { get; init; }

    /// <summary>The Jensen–Shannon divergence in bits.</summary>
    public double? Js { get; init; }

    /// <summary>The share of records without a value.</summary>
    public required double MissingRate { get; init; }

    /// <summary>That share in the baseline.</summary>
    public required double BaselineMissingRate { get; init; }

    /// <summary>The share of values that the baseline does not know: other categories, numbers beyond its edges.</summary>
    public required double UnseenRate { get; init; }

    /// <summary>That share in the baseline.</summary>
    public required double BaselineUnseenRate { get; init; }

    /// <summary>The most frequent values that are none of the baseline's categories, with the number of each.</summary>
    public IReadOnlyDictionary<string, long> UnseenValues { get; init; } = new Dictionary<string, long>();

    /// <summary>What the measures come to by chance alone.</summary>
    public required DriftChance Chance { get; init; }

    /// <summary>The bins' edges; empty for categories.</summary>
    public IReadOnlyList<double> Edges { get; init; } = [];

    /// <summary>The categories; empty for numbers.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>The number of the job's values in each bin or category.</summary>
    public required IReadOnlyList<long> Counts { get; init; }

    /// <summary>The baseline's numbers, as it gives them.</summary>
    public required IReadOnlyList<double> BaselineCounts { get; init; }

    /// <summary>The number of values below the first edge.</summary>
    public long Below { get; init; }

    /// <summary>The number of values above the last edge.</summary>
    public long Above { get; init; }

    /// <summary>The number of values that are none of the categories.</summary>
    public long Unseen { get; init; }
}
