using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>What is added to a score: the <c>decisions</c> key. Several may be absent.</summary>
public sealed record DecisionsDefinition
{
    /// <summary>How a score becomes a calibrated probability. Default: the manifest's, else none.</summary>
    public CalibrationDefinition? Calibration { get; init; }

    /// <summary>The score (calibrated, where it is) from which on the class is 1. Default: the manifest's, else 0.5 for binary models.</summary>
    [Key(Min = 0, Max = 1)]
    public double? Threshold { get; init; }

    /// <summary>Thresholds by segment.</summary>
    public ThresholdsDefinition? Thresholds { get; init; }

    /// <summary>Band names with their inclusive upper ends, ascending; what lies above the last end belongs to the last band. Default: none.</summary>
    [Key(NotEmpty = true, Ascending = true, Item = "band", Example = "{ low: 0.3, high: 1.0 }")]
    public IReadOnlyDictionary<string, double>? Bands { get; init; }

    /// <summary>Business rules; the first one that matches gives a record its <c>action</c>. Default: none.</summary>
    [Key(NotEmpty = true, Item = "rule", Example = "- { when: \"score >= 0.7 and tenure < 12\", action: call }")]
    public IReadOnlyList<RuleDefinition>? Rules { get; init; }
}
