namespace BatchFunctions.Workflow;

/// <summary>Asks for a job's end to be written down: published, failed or cancelled.</summary>
/// <param name="Job">Where the job's things are.</param>
/// <param name="Status">The final status.</param>
/// <param name="StartedAt">When the workflow started.</param>
/// <param name="EndedAt">When it came to its end.</param>
/// <param name="Outcome">What the shards came to, or null where it did not get so far.</param>
/// <param name="Error">Why it failed, for people; null where it did not.</param>
/// <param name="ErrorKind">What kind of error it failed of; null where it did not.</param>
public sealed record EndRequest(
    JobReference Job,
    JobStatus Status,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    AggregateOutcome? Outcome,
    string? Error,
    ErrorKind? ErrorKind)
{
    /// <summary>The end as those who wait for the job are told it.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="summary">The job in numbers.</param>
    internal JobResult ToResult(Results.RunFolder run, Results.Reports.SummaryMetrics summary) => new(
        Job.JobId,
        Status,
        run.Location.ToString(),
        summary.RecordsTotal,
        summary.RecordsScored,
        summary.RecordsFailed,
        Outcome?.Warnings ?? [],
        Error,
        ErrorKind,
        summary.Evaluation);
}
