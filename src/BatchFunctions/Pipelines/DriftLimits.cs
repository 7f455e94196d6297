using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>How far a distribution may be from its baseline without an alarm; what has no limit is measured and raises none.</summary>
public sealed record DriftLimits
{
    /// <summary>The limits where the pipeline writes none.</summary>
    internal static DriftLimits Usual { get; } = new() { Psi = 0.2, MissingRate = 0.03, UnseenRate = 0.01 };

    /// <summary>The population stability index. Default: none.</summary>
    [Key(Min = 0, AboveMin = true)]
    public double? Psi { get; init; }

    /// <summary>The Kolmogorov–Smirnov distance, 0 to 1; for numbers only. Default: none.</summary>
    [Key(Min = 0, Max = 1, AboveMin = true)]
    public double? Ks { get; init; }

    /// <summary>The Jensen–Shannon divergence in bits, 0 to 1. Default: none.</summary>
    [Key(Min = 0, Max = 1, AboveMin = true)]
    public double? Js { get; init; }

    /// <summary>By how much the share of missing values may rise or fall: 0.03 lets 1 % become 4 %. Default: none.</summary>
    [Key(Min = 0, Max = 1)]
    public double? MissingRate { get; init; }

    /// <summary>By how much the share of values may rise that the baseline does not know: other categories, numbers beyond its edges. Default: none.</summary>
    [Key(Min = 0, Max = 1)]
    public double? UnseenRate { get; init; }
}
