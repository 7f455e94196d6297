using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>How the model is run: the <c>scoring</c> key.</summary>
public sealed record ScoringDefinition
{
    /// <summary>Rows handed to one model run; null (<c>auto</c>) lets a short probe of the model choose, once for the job, while it is prepared. Default: auto.</summary>
    [Key(Min = 1, Max = 10_000_000, NullWord = "auto")]
    public int? BatchSize { get; init; }

    /// <summary>Where the model runs. Default: auto.</summary>
    public ScoringDevice Device { get; init; } = ScoringDevice.Auto;

    /// <summary>Which tier scores. Default: in process.</summary>
    public ScoringTier Tier { get; init; } = ScoringTier.InProcess;
}
