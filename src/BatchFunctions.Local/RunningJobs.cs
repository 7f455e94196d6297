namespace BatchFunctions.Local;

/// <summary>The jobs at work in this process. For use by any thread.</summary>
internal sealed class RunningJobs
{
    private readonly Dictionary<string, RunningJob> _jobs = new(StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public IReadOnlyList<RunningJob> All
    {
        get
        {
            lock (_jobs)
                return [.. _jobs.Values];
        }
    }

    /// <summary>The job of an id, or null where it is not at work.</summary>
    public RunningJob? Find(string jobId)
    {
        lock (_jobs)
            return _jobs.GetValueOrDefault(jobId) is { Ended.IsCompleted: false } job ? job : null;
    }

    /// <summary>Adds a job until it has ended or was interrupted.</summary>
    public void Add(RunningJob job)
    {
        lock (_jobs)
            _jobs[job.Request.JobId] = job;
        _ = DropAsync(job);
    }

    private async Task DropAsync(RunningJob job)
    {
        await Task.WhenAny(job.Ended);
        lock (_jobs)
        {
            // The next run of the same job may be here by now.
            if (_jobs.GetValueOrDefault(job.Request.JobId) == job)
                _jobs.Remove(job.Request.JobId);
        }

        job.Dispose();
    }
}
