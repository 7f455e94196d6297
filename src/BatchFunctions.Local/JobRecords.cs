using BatchFunctions.Workflow;
using Microsoft.Data.Sqlite;

namespace BatchFunctions.Local;

/// <summary>What the journal has of jobs, and where they stand: whoever is at work on one holds its lock. For use by any thread.</summary>
/// <param name="journalPath">The journal's file.</param>
/// <param name="reader">A connection for reading only.</param>
/// <param name="findRunning">Finds a job at work in this process.</param>
internal sealed class JobRecords(string journalPath, Journal reader, Func<string, RunningJob?> findRunning) : IDisposable
{
    private readonly Lock _reading = new();

    public void Dispose() => reader.Dispose();

    /// <summary>A job as the journal has it, or null where there is none.</summary>
    public JobRow? FindRow(string jobId) => Read(journal => journal.FindJob(jobId));

    /// <summary>A job and where it stands, or null where there is none.</summary>
    public JobRecord? Find(string jobId) => FindRow(jobId) is { } row ? Describe(row.Record) : null;

    /// <summary>All jobs, the newest first.</summary>
    public IReadOnlyList<JobRecord> List() => [.. Read(journal => journal.ListJobs()).Select(row => Describe(row.Record))];

    /// <summary>The jobs that <paramref name="query"/> asks for.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: it asks for too many or too few, or from a place that there is not.</exception>
    public JobPage List(JobQuery query)
    {
        var after = query.ReadCursor();
        List<JobRecord> jobs = [];
        while (true)
        {
            var rows = Read(journal => journal.ListJobs(query, after, query.Limit + 1));
            foreach (var record in rows.Select(row => Describe(row.Record)))
            {
                if (query.Status is not { } status || record.Status == status)
                    jobs.Add(record);
                if (jobs.Count > query.Limit)
                    return new JobPage(jobs[..^1], JobCursor.Behind(jobs[^2]).ToString());
            }

            if (rows.Count <= query.Limit)
                return new JobPage(jobs, null);
            after = JobCursor.Behind(rows[^1].Record);
        }
    }

    /// <summary>The jobs that were begun, have not ended, and that nobody is at work on; the oldest first.</summary>
    public IReadOnlyList<JobRecord> ListInterrupted() =>
        [.. Read(journal => journal.ListBegun()).Select(row => Describe(row.Record)).Where(record => record.Status == JobStatus.Interrupted)];

    /// <summary>The first <paramref name="count"/> jobs that somebody should take up, in the order in which they came.</summary>
    public IReadOnlyList<JobRecord> ListWaiting(int count) =>
        [.. Read(journal => journal.ListWaiting(count)).Select(row => Describe(row.Record)).Where(record => record.Status is JobStatus.Pending or JobStatus.Interrupted)];

    /// <summary>The tries of a job's activities that failed, in order of time.</summary>
    public IReadOnlyList<FailedAttempt> ListFailedAttempts(string jobId) => Read(journal => journal.ListAttempts(jobId));

    /// <summary>Says of a job that is not done whether somebody is at work on it.</summary>
    public JobRecord Describe(JobRecord record)
    {
        if (record.Result is not null || record.Status == JobStatus.Pending)
            return record;
        if (findRunning(record.JobId) is { } job && job.Request.Run == record.Request.Run)
            return record with { Status = JobStatus.Running, Progress = job.Progress ?? record.Progress };
        if (JobLock.IsTaken(journalPath, record.JobId, record.Request.Run))
            return record with { Status = JobStatus.Running };

        // Whoever had the lock may have ended the job just before letting go of it.
        var now = FindRow(record.JobId)?.Record ?? record;
        return now.Result is null && now.Status != JobStatus.Pending ? now with { Status = JobStatus.Interrupted } : now;
    }

    private T Read<T>(Func<Journal, T> read)
    {
        try
        {
            lock (_reading)
                return read(reader);
        }
        catch (SqliteException failure)
        {
            throw new BatchFunctionsException(ErrorKind.Environment, $"The journal {journalPath} cannot be read: {failure.Message}", failure);
        }
    }
}
