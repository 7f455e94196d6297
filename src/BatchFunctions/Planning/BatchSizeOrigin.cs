namespace BatchFunctions.Planning;

/// <summary>Who settled a job's batch size.</summary>
public enum BatchSizeOrigin
{
    /// <summary>The model insists on it: its inputs have a fixed number of rows.</summary>
    Model,

    /// <summary>The pipeline: <c>scoring.batch_size</c> is a number.</summary>
    Pipeline,

    /// <summary>Nobody had to: the job is too small to measure for, or the model could not be measured.</summary>
    Default,

    /// <summary>The device: it is another machine's, of a kind that gains by large batches, and was not measured.</summary>
    Device,

    /// <summary>A probe of the model, while the job was prepared.</summary>
    Probe,
}
