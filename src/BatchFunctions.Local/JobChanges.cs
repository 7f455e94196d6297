using BatchFunctions.Workflow;

namespace BatchFunctions.Local;

/// <summary>What people may do to a job, as one transaction.</summary>
internal static class JobChanges
{
    /// <summary>Ends a job that waits; leaves word for whoever runs one that was begun.</summary>
    public static JobChange Cancel(Journal journal, string jobId, DateTimeOffset at)
    {
        if (journal.FindJob(jobId) is not { } row)
            return JobChange.NoSuchJob;
        if (row.Record.Result is not null)
            return JobChange.NotNow;
        if (row.Record.Status == JobStatus.Pending)
            journal.EndJob(row.Key, Cancelled(row), at);
        else
            journal.AddToInbox(row.Key, JobWorkflow.CancelEvent, string.Empty);
        return JobChange.Accepted;
    }

    /// <summary>Lets a job that failed or was cancelled wait for its next run.</summary>
    public static JobChange Retry(Journal journal, string jobId, DateTimeOffset at)
    {
        if (journal.FindJob(jobId) is not { } row)
            return JobChange.NoSuchJob;
        if (row.Record.Result?.Status is not (JobStatus.Failed or JobStatus.Cancelled))
            return JobChange.NotNow;
        journal.WaitAgain(row, at);
        return JobChange.Accepted;
    }

    // The evidence of the run before, if there was one, stands where it stood.
    private static JobResult Cancelled(JobRow row) =>
        row.Previous is { } before
            ? before with { Status = JobStatus.Cancelled, Error = null, ErrorKind = null }
            : new JobResult(row.Record.JobId, JobStatus.Cancelled, null, 0, 0, 0, [], null, null);
}
