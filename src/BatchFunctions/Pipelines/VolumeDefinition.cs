namespace BatchFunctions.Pipelines;

/// <summary>Limits on the number of records, as ratios to the last jobs' median: the <c>monitoring.volume</c> key.</summary>
public sealed record VolumeDefinition
{
    /// <summary>The smallest ratio without an alarm. Default: none.</summary>
    public double? MinRatio { get; init; }

    /// <summary>The largest ratio without an alarm. Default: none.</summary>
    public double? MaxRatio { get; init; }
}
