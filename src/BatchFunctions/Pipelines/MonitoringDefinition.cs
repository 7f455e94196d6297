using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>What is compared with the past: the <c>monitoring</c> key.</summary>
public sealed record MonitoringDefinition
{
    /// <summary>Where the baseline comes from: <c>model</c> for the manifest's, or a file. Default: <c>model</c>.</summary>
    public string Baseline { get; init; } = "model";

    /// <summary>Limits by drift measure (<c>psi</c>, <c>ks</c>, <c>js</c>).</summary>
    [Key(Min = 0, AboveMin = true, Names = ["psi", "ks", "js"], Item = "measure", Example = "{ psi: 0.2 }")]
    public IReadOnlyDictionary<string, double> Drift { get; init; } = new Dictionary<string, double>();

    /// <summary>Limits on the number of records, against the last jobs.</summary>
    public VolumeDefinition? Volume { get; init; }
}
