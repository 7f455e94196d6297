using System.Globalization;
using System.Text.Json;
using BatchFunctions.Workflow;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Local;

/// <summary>
/// Runs jobs in this process and remembers every finished step in a journal, a SQLite file, so that a job that was stopped anywhere
/// continues from there. Any number of processes may share a journal; each job is run by one of them at a time, and all of them can
/// ask for its status and cancel it.
/// </summary>
public sealed class EmbeddedEngine : IAsyncDisposable
{
    private const int MaxJobIdLength = 100;

    private readonly EmbeddedEngineOptions _options;
    private readonly WorkflowCatalog _catalog;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Journal _reader;
    private readonly Lock _reading = new();
    private readonly SemaphoreSlim _starting = new(1);
    private readonly Dictionary<string, RunningJob> _running = new(StringComparer.Ordinal);
    private JobHost? _host;
    private bool _isDisposed;

    private EmbeddedEngine(EmbeddedEngineOptions options, WorkflowCatalog catalog, TimeProvider time, ILogger logger, Journal reader) =>
        (_options, _catalog, _time, _logger, _reader) = (options, catalog, time, logger, reader);

    /// <summary>Tells a job's id and how far it is, from the engine's own thread: handlers must return at once.</summary>
    public event Action<string, JobProgress>? ProgressChanged;

    /// <summary>Tells a job's id and which activity failed and will be tried again, from the engine's own thread: handlers must return at once.</summary>
    public event Action<string, RetryNotice>? Retrying;

    /// <summary>Opens the journal. Nothing runs before a job is asked for.</summary>
    /// <param name="options">How the engine is set up.</param>
    /// <param name="catalog">The workflows and activities; <see cref="WorkflowCatalog.ForJobs"/> for jobs. To ask for status only, it may be empty.</param>
    /// <param name="time">The clock, for timers, deadlines and retries.</param>
    /// <param name="loggers">Where the engine logs to.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="BatchFunctionsException">The journal cannot be opened, or was written by a later version.</exception>
    public static Task<EmbeddedEngine> OpenAsync(
        EmbeddedEngineOptions options, WorkflowCatalog catalog, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(loggers);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxConcurrentActivities, 1);
        cancellationToken.ThrowIfCancellationRequested();
        var full = options with { JournalPath = Path.GetFullPath(options.JournalPath) };
        return Task.FromResult(new EmbeddedEngine(full, catalog, time, loggers.CreateLogger<EmbeddedEngine>(), Journal.Open(full.JournalPath)));
    }

    /// <summary>
    /// Runs a job to its end: starts it, continues it where it was stopped, or gives the recorded result where it has ended. What counts is
    /// the id; a request that differs from the recorded one in more than when and by whom it was made is refused.
    /// </summary>
    /// <param name="request">The job.</param>
    /// <param name="cancellationToken">
    /// Cancelled when the process is being stopped: activities at work are cancelled, and the job stays where it is, to be continued.
    /// </param>
    /// <returns>How the job ended, also where it failed or was cancelled.</returns>
    /// <exception cref="BatchFunctionsException">
    /// The request is wrong, the id is another job's, another process runs the job, the workflow has changed since it started, or the journal
    /// cannot be written. Whatever it is, a started job stays continuable.
    /// </exception>
    /// <exception cref="OperationCanceledException">The job was interrupted.</exception>
    public async Task<JobResult> RunAsync(JobRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request);
        var (job, isOurs, ended) = await StartAsync(request, cancellationToken);
        if (job is null)
            return ended!;
        if (!isOurs)
            return await job.Ended.WaitAsync(cancellationToken);
        await using var registration = cancellationToken.Register(() => _host!.Interrupt(job));
        try
        {
            return await job.Ended;
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(
                $"Job {request.JobId} was interrupted; it can be continued.", cancellationToken);
        }
    }

    /// <summary>Continues a job that was stopped, or gives the recorded result where it has ended.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cancellationToken">As for <see cref="RunAsync"/>.</param>
    /// <exception cref="BatchFunctionsException">There is no such job, or as for <see cref="RunAsync"/>.</exception>
    /// <exception cref="OperationCanceledException">The job was interrupted.</exception>
    public async Task<JobResult> ResumeAsync(string jobId, CancellationToken cancellationToken)
    {
        var record = await FindAsync(jobId, cancellationToken) ?? throw new BatchFunctionsException(
            ErrorKind.Request, $"There is no job {jobId} in the journal {_options.JournalPath}. Look for its id in the list of jobs.");
        return await RunAsync(record.Request, cancellationToken);
    }

    /// <summary>What is known of a job, or null where there is none of this id.</summary>
    public Task<JobRecord?> FindAsync(string jobId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var row = Read(journal => journal.FindJob(jobId));
        return Task.FromResult(row is null ? null : Describe(row.Record));
    }

    /// <summary>All jobs, the newest first. One that says it is running but that no process holds is <see cref="JobStatus.Interrupted"/>.</summary>
    public Task<IReadOnlyList<JobRecord>> ListAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var rows = Read(journal => journal.ListJobs());
        return Task.FromResult<IReadOnlyList<JobRecord>>([.. rows.Select(row => Describe(row.Record))]);
    }

    /// <summary>The tries of a job's activities that failed, in order of time. They are kept when the job has ended.</summary>
    public Task<IReadOnlyList<FailedAttempt>> ListFailedAttemptsAsync(string jobId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<FailedAttempt>>(Read(journal => journal.ListAttempts(jobId)));
    }

    /// <summary>
    /// Asks for a job to be cancelled, whoever runs it: it starts no more shards and ends as <see cref="JobStatus.Cancelled"/> once those
    /// at work are done. A job that nobody runs hears of it when it is continued.
    /// </summary>
    /// <returns>False where there is no such job or it has ended.</returns>
    public Task<bool> CancelAsync(string jobId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var isLeft = Read(journal => journal.AddToInbox(jobId, JobWorkflow.CancelEvent, string.Empty));
        _host?.Poll();
        return Task.FromResult(isLeft);
    }

    /// <summary>Interrupts the jobs of this process, waits for their activities to stop, and closes the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        await _starting.WaitAsync();
        if (_isDisposed)
        {
            _starting.Release();
            return;
        }

        _isDisposed = true;
        RunningJob[] running;
        lock (_running)
            running = [.. _running.Values];
        _starting.Release();
        _host?.InterruptAll();
        foreach (var job in running)
            await Task.WhenAny(job.Ended);
        _host?.Dispose();
        _reader.Dispose();
    }

    private async Task<(RunningJob? Job, bool IsOurs, JobResult? Ended)> StartAsync(JobRequest request, CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (FindRunning(request.JobId) is { } running)
            {
                CheckSame(running.Request, request);
                return (running, false, null);
            }

            if (FindEnded(request) is { } before)
                return (null, false, before);
            var jobLock = await TakeLockAsync(request.JobId, cancellationToken);
            try
            {
                // Another process may have ended the job, or started another of this id, just before the lock was free.
                if (FindEnded(request) is { } result)
                {
                    jobLock.Remove();
                    jobLock.Dispose();
                    return (null, false, result);
                }

                _host ??= new JobHost(_options, _catalog, _time, _logger, Owner(), Progressed, TryingAgain);
                var job = await _host.StartAsync(request, jobLock);
                lock (_running)
                    _running.Add(request.JobId, job);
                _ = ForgetAsync(job);
                return (job, true, null);
            }
            catch
            {
                jobLock.Dispose();
                throw;
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task ForgetAsync(RunningJob job)
    {
        await Task.WhenAny(job.Ended);
        lock (_running)
            _running.Remove(job.Request.JobId);
        job.Dispose();
    }

    private RunningJob? FindRunning(string jobId)
    {
        lock (_running)
            return _running.GetValueOrDefault(jobId) is { Ended.IsCompleted: false } job ? job : null;
    }

    private JobResult? FindEnded(JobRequest request)
    {
        var row = Read(journal => journal.FindJob(request.JobId));
        if (row is null)
            return null;
        CheckSame(row.Record.Request, request);
        return row.Record.Result;
    }

    private async Task<JobLock> TakeLockAsync(string jobId, CancellationToken cancellationToken)
    {
        JobLock? taken;
        try
        {
            taken = await JobLock.TryTakeAsync(_options.JournalPath, jobId, cancellationToken);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new BatchFunctionsException(ErrorKind.Environment, $"Job {jobId} cannot be locked: {failure.Message}", failure);
        }

        if (taken is not null)
            return taken;
        var owner = Read(journal => journal.FindJob(jobId))?.Record.Owner ?? "another process";
        throw new BatchFunctionsException(
            ErrorKind.Request, $"Job {jobId} is being run by {owner}. Wait for its end, ask for its status, or cancel it.");
    }

    private T Read<T>(Func<Journal, T> read)
    {
        try
        {
            lock (_reading)
                return read(_reader);
        }
        catch (SqliteException failure)
        {
            throw new BatchFunctionsException(
                ErrorKind.Environment, $"The journal {_options.JournalPath} cannot be read: {failure.Message}", failure);
        }
    }

    private JobRecord Describe(JobRecord record)
    {
        if (record.Result is not null)
            return record;
        if (FindRunning(record.JobId) is { } job)
            return record with { Status = JobStatus.Running, Progress = job.Progress ?? record.Progress };
        return record with { Status = JobLock.IsTaken(_options.JournalPath, record.JobId) ? JobStatus.Running : JobStatus.Interrupted };
    }

    private void Progressed(RunningJob job) => Tell(() => ProgressChanged?.Invoke(job.Request.JobId, job.Progress!));

    private void TryingAgain(RunningJob job, RetryNotice notice) => Tell(() => Retrying?.Invoke(job.Request.JobId, notice));

    private void Tell(Action handlers)
    {
        try
        {
            handlers();
        }
        catch (Exception failure)
        {
            _logger.LogWarning(failure, "A handler of the engine's events failed.");
        }
    }

    private static string Owner() => string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}");

    private static void CheckSame(JobRequest recorded, JobRequest request)
    {
        // When and by whom it was asked for differs each time; the first time counts.
        if (request.IsSameAs(recorded))
            return;
        throw new BatchFunctionsException(
            ErrorKind.Request, $"Job {request.JobId} was started with another request. Use the same one to continue it, or another id for another job.");
    }

    private static void Check(JobRequest request)
    {
        var id = request.JobId;
        if (id.Length is 0 or > MaxJobIdLength || !id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            throw new BatchFunctionsException(
                ErrorKind.Request, $"'{id}' cannot be a job's id: use letters, digits and '-', at most {MaxJobIdLength}.");
        }

        var payload = JsonSerializer.Serialize(request, WorkflowJson.Default.JobRequest);
        if (PayloadLimit.Check(payload, $"the request of job {id}") is { } refusal)
            throw new BatchFunctionsException(ErrorKind.Request, refusal.Message);
    }
}
