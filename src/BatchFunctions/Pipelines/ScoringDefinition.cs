using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>How the model is run: the <c>scoring</c> key.</summary>
public sealed record ScoringDefinition
{
    /// <summary>Rows handed to one model run; null (<c>auto</c>) lets a short probe of the model choose, once for the job, while it is prepared. Default: auto.</summary>
    [Key(Min = 1, Max = 10_000_000, NullWord = "auto")]
    public int? BatchSize { get; init; }

    /// <summary>Where the model runs; <c>auto</c> takes a CUDA device where there is one. Default: auto.</summary>
    public ScoringDevice Device { get; init; } = ScoringDevice.Auto;

    /// <summary>Whether the processor may score where the device asked for is not to be had; the job is refused otherwise. Default: false.</summary>
    public bool FallbackToCpu { get; init; }

    /// <summary>
    /// Which tier scores: the process that runs the job's activities, the scoring service, or, on <c>auto</c>, the service where the host knows one and the
    /// model's bytes times the records are 10¹³ or more. Default: in process.
    /// </summary>
    public ScoringTier Tier { get; init; } = ScoringTier.InProcess;
}
