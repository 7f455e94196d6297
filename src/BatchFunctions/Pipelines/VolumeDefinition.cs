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

    /// <summary>How many jobs are looked at: the last of this pipeline that succeeded, with or without warnings. Default: 7.</summary>
    [Key(Min = 1, Max = 100)]
    public int History { get; init; } = 7;
}
