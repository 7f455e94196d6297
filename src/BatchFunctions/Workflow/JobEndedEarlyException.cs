namespace BatchFunctions.Workflow;

/// <summary>Takes the job workflow from any of its steps to the one that writes down a failure or a cancellation.</summary>
internal sealed class JobEndedEarlyException(JobStatus status, string? error, ErrorKind? kind) : Exception(error)
{
    public JobStatus Status { get; } = status;

    public string? Error { get; } = error;

    public ErrorKind? Kind { get; } = kind;
}
