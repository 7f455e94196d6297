using BatchFunctions.Pipelines;

namespace BatchFunctions.Models;

/// <summary>How a model is run.</summary>
public sealed record ModelSessionOptions
{
    /// <summary>Where the model runs. Default: the processor.</summary>
    public ScoringDevice Device { get; init; } = ScoringDevice.Auto;

    /// <summary>
    /// Threads inside one run. Default: 1, with as many runs side by side as there are cores, which measures fastest for all but very large
    /// models.
    /// </summary>
    public int IntraOpThreads { get; init; } = 1;

    /// <summary>Whether text inputs that only encoders look at take the position of each word, instead of the words. Default: yes; the scores are the same.</summary>
    internal bool CodesWords { get; init; } = true;
}
