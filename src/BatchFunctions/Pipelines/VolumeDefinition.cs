using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>Limits on the number of records, as ratios to the last jobs' median: the <c>monitoring.volume</c> key.</summary>
public sealed record VolumeDefinition
{
    /// <summary>The smallest ratio without an alarm. Default: none.</summary>
    [Key(Min = 0)]
    public double? MinRatio { get; init; }

    /// <summary>The largest ratio without an alarm. Default: none.</summary>
    [Key(Min = 0)]
    public double? MaxRatio { get; init; }
}
