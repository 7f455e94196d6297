namespace BatchFunctions.Pipelines;

/// <summary>Where the model runs.</summary>
public enum ScoringDevice
{
    /// <summary>The best that the machine offers.</summary>
    Auto,

    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>A CUDA device.</summary>
    Cuda,

    /// <summary>A CUDA device through TensorRT.</summary>
    Tensorrt,
}
