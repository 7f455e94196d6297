namespace BatchFunctions.Workflow;

/// <summary>What an engine remembers of a job.</summary>
/// <param name="JobId">The job's id.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Request">What started it.</param>
/// <param name="Progress">How far it is, or null where it has not said so yet.</param>
/// <param name="Result">How it ended, or null where it has not.</param>
/// <param name="CreatedAt">When it was started first.</param>
/// <param name="UpdatedAt">When it was last heard of.</param>
/// <param name="Owner">Who runs it, or ran it last: a process and its machine; null where the engine has no such notion.</param>
public sealed record JobRecord(
    string JobId,
    JobStatus Status,
    JobRequest Request,
    JobProgress? Progress,
    JobResult? Result,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    string? Owner);
