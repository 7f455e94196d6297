using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>What is compared with the past: the <c>monitoring</c> key.</summary>
public sealed record MonitoringDefinition
{
    /// <summary>Where the baseline comes from: <c>model</c> for the manifest's, or a file. Default: the manifest's, where it has one.</summary>
    [Key(Example = "baselines/churn.yaml")]
    public string? Baseline { get; init; }

    /// <summary>The limits for every feature. Default: { psi: 0.2, missing_rate: 0.03, unseen_rate: 0.01 }; where it is written, just what is written.</summary>
    [Key(Example = "{ psi: 0.2, ks: 0.15 }")]
    public DriftLimits? Drift { get; init; }

    /// <summary>The limits for the scores. Default: those of <c>drift</c>.</summary>
    public DriftLimits? Score { get; init; }

    /// <summary>The limits for single features, in place of those of <c>drift</c>; a feature with none is measured and raises no alarm.</summary>
    [Key(Item = "feature", Example = "{ age: { psi: 0.1 }, region: {} }")]
    public IReadOnlyDictionary<string, DriftLimits> Features { get; init; } = new Dictionary<string, DriftLimits>();

    /// <summary>Limits on the number of records, against the last jobs.</summary>
    public VolumeDefinition? Volume { get; init; }
}
