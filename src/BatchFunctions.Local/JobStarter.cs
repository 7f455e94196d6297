using BatchFunctions.Workflow;

namespace BatchFunctions.Local;

/// <summary>Takes up jobs one after another: takes the right to run one, so that no other process does, and begins or continues it.</summary>
/// <param name="journalPath">The journal's file.</param>
/// <param name="records">What it has of jobs.</param>
/// <param name="running">The jobs at work in this process.</param>
/// <param name="host">Gives where jobs are run.</param>
internal sealed class JobStarter(string journalPath, JobRecords records, RunningJobs running, Func<JobHost> host) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    public void Dispose() => _turn.Dispose();

    /// <summary>Waits for those who are taking up a job, and lets nobody begin before the result is disposed of.</summary>
    public async Task<IDisposable> PauseAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        return new Turn(_turn);
    }

    /// <summary>Takes up a job where it is to be run and is not at work here yet.</summary>
    /// <param name="jobId">Its id.</param>
    /// <param name="request">What it is asked for with, and made of where it is not there; null to take what is there.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The job at work, and whether it was taken up by this call; or how it ended; or nothing where there is none.</returns>
    public async Task<(RunningJob? Job, bool IsOurs, JobResult? Ended)> TakeUpAsync(string jobId, JobRequest? request, CancellationToken cancellationToken)
    {
        while (true)
        {
            RunningJob? leaving;
            using (await PauseAsync(cancellationToken))
            {
                var row = records.FindRow(jobId);
                if (row is not null)
                    CheckSame(row.Record.Request, request);
                else if (request is null)
                    return (null, false, null);
                leaving = running.Find(jobId);
                if (leaving is not null && leaving.Request.Run == row?.Run)
                    return (leaving, false, null);
                if (leaving is null && row?.Record.Result is { } result)
                    return (null, false, result);
                if (leaving is null && await StartAsync(row?.Record.Request ?? request! with { Run = 1 }, row, cancellationToken) is { } job)
                    return (job, true, null);
            }

            // Either an earlier run of the job is about to leave, or the journal has changed since it was looked into.
            if (leaving is not null)
                await Task.WhenAny(leaving.Ended).WaitAsync(cancellationToken);
        }
    }

    private static void CheckSame(JobRequest recorded, JobRequest? request)
    {
        // When and by whom it was asked for differs each time; the first time counts.
        if (request is null || request.IsSameAs(recorded))
            return;
        throw new BatchFunctionsException(
            ErrorKind.Request, $"Job {request.JobId} was started with another request. Use the same one to continue it, or another id for another job.");
    }

    private async Task<RunningJob?> StartAsync(JobRequest request, JobRow? row, CancellationToken cancellationToken)
    {
        var jobLock = await TakeLockAsync(request, cancellationToken);
        try
        {
            var job = await host().StartAsync(request, row?.Record.CreatedAt, jobLock);
            if (job is not null)
            {
                running.Add(job);
                return job;
            }

            // Whoever ended the run has removed its file, which stands there again now.
            if (records.FindRow(request.JobId) is { } now && (now.Run > request.Run || (now.Run == request.Run && now.Record.Result is not null)))
                jobLock.Remove();
            jobLock.Dispose();
            return null;
        }
        catch
        {
            jobLock.Dispose();
            throw;
        }
    }

    private async Task<JobLock> TakeLockAsync(JobRequest request, CancellationToken cancellationToken)
    {
        JobLock? taken;
        try
        {
            taken = await JobLock.TryTakeAsync(journalPath, request.JobId, request.Run, cancellationToken);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new BatchFunctionsException(ErrorKind.Environment, $"Job {request.JobId} cannot be locked: {failure.Message}", failure);
        }

        if (taken is not null)
            return taken;
        var owner = records.FindRow(request.JobId)?.Record.Owner ?? "another process";
        throw new BatchFunctionsException(
            ErrorKind.Request, $"Job {request.JobId} is being run by {owner}. Wait for its end, ask for its status, or cancel it.");
    }

    private sealed class Turn(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
