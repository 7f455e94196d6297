using System.Globalization;
using System.Text.Json;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Local;

/// <summary>
/// Runs jobs in this process and remembers every finished step in a journal, a SQLite file, so that a job that was stopped anywhere
/// continues from there. Any number of processes may share a journal; each job is run by one of them at a time, and all of them can
/// start jobs, ask for their status and cancel them.
/// </summary>
public sealed class EmbeddedEngine : IJobEngine, IAsyncDisposable
{
    private readonly EmbeddedEngineOptions _options;
    private readonly WorkflowCatalog _catalog;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly JobRecords _records;
    private readonly JobQueue _queue;
    private readonly RunningJobs _running = new();
    private readonly JobStarter _starter;
    private readonly Lock _hosting = new();
    private readonly CancellationTokenSource _closing = new();
    private JobHost? _host;
    private Task? _queueRun;
    private bool _isDisposed;

    private EmbeddedEngine(EmbeddedEngineOptions options, WorkflowCatalog catalog, TimeProvider time, ILogger logger)
    {
        (_options, _catalog, _time, _logger) = (options, catalog, time, logger);
        _records = new JobRecords(options.JournalPath, Journal.Open(options.JournalPath), _running.Find);
        _starter = new JobStarter(options.JournalPath, _records, _running, () => Host);
        _queue = new JobQueue(options, time, logger, _records, (jobId, stop) => RunToEndAsync(jobId, null, stop));
    }

    /// <summary>Tells a job's id and how far it is, from the engine's own thread: handlers must return at once.</summary>
    public event Action<string, JobProgress>? ProgressChanged;

    /// <summary>Tells a job's id and which activity failed and will be tried again, from the engine's own thread: handlers must return at once.</summary>
    public event Action<string, RetryNotice>? Retrying;

    /// <inheritdoc/>
    public string Name => "embedded";

    private JobHost Host
    {
        get
        {
            lock (_hosting)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                return _host ??= new JobHost(_options, _catalog, _time, _logger, Owner(), Progressed, TryingAgain);
            }
        }
    }

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
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxConcurrentJobs, 1);
        cancellationToken.ThrowIfCancellationRequested();
        var full = options with { JournalPath = Path.GetFullPath(options.JournalPath) };
        return Task.FromResult(new EmbeddedEngine(full, catalog, time, loggers.CreateLogger<EmbeddedEngine>()));
    }

    /// <summary>
    /// Writes a job down, to be run by the queue of this or another process, or by <see cref="RunAsync"/> or <see cref="ResumeAsync"/>.
    /// When this returns, neither a kill nor a power cut can undo it.
    /// </summary>
    /// <inheritdoc/>
    public async Task<JobStart> StartAsync(JobRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request);
        cancellationToken.ThrowIfCancellationRequested();
        var first = request with { Run = 1 };
        var now = _time.GetUtcNow();
        var (isNew, row) = await Host.WriteAsync(journal => (journal.AddJob(first, now), journal.FindJob(first.JobId)!));
        if (isNew)
            _queue.Wake();
        return new JobStart(_records.Describe(row.Record), isNew, request.IsSameAs(row.Record.Request));
    }

    /// <summary>
    /// Runs the jobs that wait, first come, first served, at most <see cref="EmbeddedEngineOptions.MaxConcurrentJobs"/> at once, until it is
    /// stopped. First it continues what was begun and is at work nowhere, the oldest first. A job that cannot be run, for instance since the
    /// workflow has changed, is logged and left as it is. To be called once.
    /// </summary>
    /// <param name="cancellationToken">Stops it: jobs at work are interrupted, and this returns when they have stopped; all of it continues at the next call.</param>
    /// <exception cref="BatchFunctionsException">The journal cannot be written any more, or not be read at the start.</exception>
    public async Task RunQueueAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        lock (_hosting)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_queueRun is not null)
                throw new InvalidOperationException("The queue of this engine was run already.");
            _queueRun = _queue.RunAsync(() => _host?.Death, stop.Token);
        }

        await _queueRun;
    }

    /// <summary>
    /// Runs a job to its end: starts it, continues it where it was stopped or waits, or gives the recorded result where it has ended. What
    /// counts is the id; a request that differs from the recorded one in more than when and by whom it was made is refused.
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
        return (await RunToEndAsync(request.JobId, request, cancellationToken))!;
    }

    /// <summary>Continues a job that was stopped or waits, or gives the recorded result where it has ended.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cancellationToken">As for <see cref="RunAsync"/>.</param>
    /// <exception cref="BatchFunctionsException">There is no such job, or as for <see cref="RunAsync"/>.</exception>
    /// <exception cref="OperationCanceledException">The job was interrupted.</exception>
    public async Task<JobResult> ResumeAsync(string jobId, CancellationToken cancellationToken) =>
        await RunToEndAsync(jobId, null, cancellationToken) ?? throw new BatchFunctionsException(
            ErrorKind.Request, $"There is no job {jobId} in the journal {_options.JournalPath}. Look for its id in the list of jobs.");

    /// <inheritdoc/>
    public Task<JobRecord?> FindAsync(string jobId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_records.Find(jobId));
    }

    /// <summary>All jobs, the newest first. One that says it is running but that no process holds is <see cref="JobStatus.Interrupted"/>.</summary>
    public Task<IReadOnlyList<JobRecord>> ListAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_records.List());
    }

    /// <inheritdoc/>
    public Task<JobPage> ListAsync(JobQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_records.List(query));
    }

    /// <summary>The tries of a job's activities that failed, in order of time, those of earlier runs among them. They are kept when the job has ended.</summary>
    public Task<IReadOnlyList<FailedAttempt>> ListFailedAttemptsAsync(string jobId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_records.ListFailedAttempts(jobId));
    }

    /// <summary>
    /// Asks for a job to be cancelled, whoever runs it: it starts no more shards and ends as <see cref="JobStatus.Cancelled"/> once those
    /// at work are done. A job that waits ends at once; one that was interrupted ends when it is continued, which the queue does for this.
    /// </summary>
    /// <inheritdoc/>
    public Task<JobChange> CancelAsync(string jobId, CancellationToken cancellationToken) => ChangeAsync(jobId, JobChanges.Cancel, cancellationToken);

    /// <inheritdoc/>
    public Task<JobChange> RetryAsync(string jobId, CancellationToken cancellationToken) => ChangeAsync(jobId, JobChanges.Retry, cancellationToken);

    /// <inheritdoc/>
    public async Task<JobChange> ForgetAsync(string jobId, CancellationToken cancellationToken)
    {
        if (_records.FindRow(jobId) is not { } row)
            return JobChange.NoSuchJob;
        if (row.Record.Result is null)
            return JobChange.NotNow;

        // A job that has just ended lets go of its lock a moment later.
        if (_running.Find(jobId) is { } leaving)
            await Task.WhenAny(leaving.Ended).WaitAsync(cancellationToken);
        using var jobLock = await JobLock.TryTakeAsync(_options.JournalPath, jobId, row.Run, cancellationToken);
        if (jobLock is null || !await Host.WriteAsync(journal => journal.DeleteJob(row.Key, jobId, row.Run)))
            return JobChange.NotNow;
        jobLock.Remove();
        return JobChange.Accepted;
    }

    /// <summary>Interrupts the jobs of this process, waits for their activities to stop, and closes the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        using (await _starter.PauseAsync(CancellationToken.None))
        {
            lock (_hosting)
            {
                if (_isDisposed)
                    return;
                _isDisposed = true;
            }
        }

        await _closing.CancelAsync();
        _host?.InterruptAll();
        foreach (var job in _running.All)
            await Task.WhenAny(job.Ended);
        if (_queueRun is not null)
            await Task.WhenAny(_queueRun);
        _host?.Dispose();
        _records.Dispose();
        _closing.Dispose();
    }

    private static string Owner() => string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}");

    private static void Check(JobRequest request)
    {
        var id = JobId.Require(request.JobId);
        var payload = JsonSerializer.Serialize(request, WorkflowJson.Default.JobRequest);
        if (PayloadLimit.Check(payload, $"the request of job {id}") is { } refusal)
            throw new BatchFunctionsException(ErrorKind.Request, refusal.Message);
    }

    /// <summary>Runs a job to its end; gives null where there is none and <paramref name="request"/> does not make it.</summary>
    private async Task<JobResult?> RunToEndAsync(string jobId, JobRequest? request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var (job, isOurs, ended) = await _starter.TakeUpAsync(jobId, request, cancellationToken);
        if (job is null)
            return ended;
        if (!isOurs)
            return await job.Ended.WaitAsync(cancellationToken);
        await using var registration = cancellationToken.Register(() => _host!.Interrupt(job));
        try
        {
            return await job.Ended;
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException($"Job {jobId} was interrupted; it can be continued.", cancellationToken);
        }
    }

    private async Task<JobChange> ChangeAsync(string jobId, Func<Journal, string, DateTimeOffset, JobChange> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        cancellationToken.ThrowIfCancellationRequested();
        var now = _time.GetUtcNow();
        var host = Host;
        var what = await host.WriteAsync(journal => change(journal, jobId, now));
        if (what == JobChange.Accepted)
        {
            host.Poll();
            _queue.Wake();
        }

        return what;
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
}
