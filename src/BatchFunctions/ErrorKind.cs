namespace BatchFunctions;

/// <summary>What an error means for the job and for the person who started it.</summary>
public enum ErrorKind
{
    /// <summary>The request is wrong: pipeline, address, model reference, or an input that does not fit the model. Never retried.</summary>
    Request,

    /// <summary>The input, the model or the output is not what was pinned, or is damaged. Never retried.</summary>
    Integrity,

    /// <summary>A policy of the pipeline says that the job has failed. Never retried.</summary>
    Policy,

    /// <summary>The outside world failed in a way that may pass: network, throttling, a locked file. Retried.</summary>
    Transient,

    /// <summary>The outside world failed in a way that does not pass by itself: disk full, access denied. Not retried.</summary>
    Environment,

    /// <summary>Memory ran out while a batch was scored. Retried with half the batch size.</summary>
    Memory,

    /// <summary>A defect or an unforeseen condition. Retried, as it may have been a passing one.</summary>
    Internal,
}
