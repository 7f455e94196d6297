using System.Text.Json;
using BatchFunctions.Workflow;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Local;

/// <summary>
/// The jobs of this process: their workflow instances, what these ask for, what becomes of it, and what is told of it. Runs on the
/// engine's thread, but for what starts and stops a job.
/// </summary>
internal sealed class JobHost : IInstanceHost, IJournalClient, IDisposable
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(500);

    private readonly WorkflowCatalog _catalog;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _owner;
    private readonly Action<RunningJob> _progressed;
    private readonly JournalThread _thread;
    private readonly JobTimers _timers;
    private readonly ActivityRunner _activities;
    private readonly Dictionary<long, RunningJob> _jobs = [];
    private readonly Dictionary<WorkflowInstance, InstanceRun> _runs = [];
    private readonly HashSet<long> _taken = [];
    private readonly ITimer _poll;
    private bool _isAnyStopping;

    /// <summary>Starts the engine's thread.</summary>
    /// <param name="options">The engine's options.</param>
    /// <param name="catalog">What it can run.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it logs to.</param>
    /// <param name="owner">This process, for people.</param>
    /// <param name="progressed">Called on the thread when a job's progress has changed.</param>
    /// <param name="retrying">Called on the thread when a failed activity will be tried again.</param>
    public JobHost(
        EmbeddedEngineOptions options,
        WorkflowCatalog catalog,
        TimeProvider time,
        ILogger logger,
        string owner,
        Action<RunningJob> progressed,
        Action<RunningJob, RetryNotice> retrying)
    {
        (_catalog, _time, _logger, _owner, _progressed) = (catalog, time, logger, owner, progressed);
        _thread = new JournalThread(options, this);
        _timers = new JobTimers(time, _thread);
        _activities = new ActivityRunner(options, time, logger, _thread, _timers, Deliver, retrying);
        _poll = time.CreateTimer(_ => Poll(), null, options.PollInterval, options.PollInterval);
    }

    /// <summary>Why nothing can be written any more, or null.</summary>
    public BatchFunctionsException? Death => _thread.Death;

    /// <summary>Writes what somebody asked of the engine; see <see cref="JournalThread.WriteAsync"/>.</summary>
    public Task<T> WriteAsync<T>(Func<Journal, T> write) => _thread.WriteAsync(write);

    /// <summary>Starts or continues a run of a job that nobody else is at work on.</summary>
    /// <param name="request">The job, with the run.</param>
    /// <param name="created">When the job was created; null where it was not there.</param>
    /// <param name="jobLock">The right to do the run.</param>
    /// <returns>The job at work, or null where the journal says by now that this is not what is to be done.</returns>
    public Task<RunningJob?> StartAsync(JobRequest request, DateTimeOffset? created, JobLock jobLock) => _thread.CallAsync(() =>
    {
        try
        {
            if (Open(request, created, jobLock) is not { } job)
                return null;
            _jobs.Add(job.Key, job);
            Begin(job);

            // An event may have been left while nobody ran the job.
            TakeFromInbox();
            _isAnyStopping |= job.IsOver;
            return job;
        }
        catch (SqliteException failure)
        {
            _thread.Die(failure);
            throw _thread.Death!;
        }
    });

    /// <summary>Stops a job so that it can be continued.</summary>
    public void Interrupt(RunningJob job) => _thread.Post(() =>
    {
        if (_jobs.ContainsValue(job))
            Stop(job);
    });

    /// <summary>Stops all jobs so that they can be continued.</summary>
    public void InterruptAll() => _thread.Post(() =>
    {
        foreach (var job in _jobs.Values)
            Stop(job);
    });

    /// <summary>Looks for events that were left in the journal, and writes progress that is due.</summary>
    public void Poll() => _thread.Post(() =>
    {
        if (_jobs.Count > 0)
            TakeFromInbox();
    });

    public void Dispose()
    {
        _poll.Dispose();
        _thread.Dispose();
        _activities.Dispose();
    }

    bool IJournalClient.HasNews => _jobs.Values.Any(IsProgressDue);

    void IJournalClient.WriteNews(Journal journal)
    {
        _taken.Clear();
        foreach (var job in _jobs.Values.Where(IsProgressDue))
        {
            journal.SetProgress(job.Key, job.Progress!, _time.GetUtcNow());
            (job.SavedProgress, job.SavedAt) = (job.Progress, _time.GetTimestamp());
        }
    }

    void IJournalClient.EndRound()
    {
        if (!_isAnyStopping || _thread.HasPending)
            return;
        foreach (var job in _jobs.Values.Where(job => job.IsStopping && job.InFlight == 0).ToArray())
            Leave(job);
        _isAnyStopping = _jobs.Values.Any(job => job.IsStopping);
    }

    void IJournalClient.Die(BatchFunctionsException failure)
    {
        _logger.LogError(failure, "Every job of this process stops here and can be continued.");
        foreach (var job in _jobs.Values)
            End(job, failure);
    }

    void IInstanceHost.StartActivity(WorkflowInstance instance, WorkflowStep step, RegisteredActivity activity, string input, RetryPolicy retry) =>
        _activities.Start(new ActivityCall(_runs[instance], step, activity, input, retry));

    void IInstanceHost.StartSubWorkflow(
        WorkflowInstance instance, WorkflowStep step, RegisteredWorkflow workflow, string instanceId, string input, DateTimeOffset startedAt)
    {
        var parent = _runs[instance];
        StartInstance(parent.Job, parent, step, workflow, instanceId, input, startedAt);
    }

    void IInstanceHost.StartTimer(WorkflowInstance instance, WorkflowStep step, DateTimeOffset due)
    {
        var run = _runs[instance];
        _timers.After(run.Job, step, due - _time.GetUtcNow(), () =>
        {
            var entry = new HistoryEntry(HistoryKind.TimerFired, step.Number, step.Name, null, run.Stamp(_time));
            if (!step.HasEnded)
                Enqueue(run.Job, journal => run.Append(journal, entry), () => Deliver(run, entry));
        });
    }

    void IInstanceHost.StopTimer(WorkflowInstance instance, WorkflowStep step)
    {
        if (_runs.TryGetValue(instance, out var run) && run.Job.Timers.Remove(step, out var timer))
            timer.Dispose();
    }

    void IInstanceHost.SendEvent(WorkflowInstance instance, WorkflowStep step, string target, string name, string payload)
    {
        var sender = _runs[instance];
        var receiver = sender.Job.Instances.GetValueOrDefault(target);
        if (receiver is null)
            _logger.LogDebug("Event {Event} for {Instance}, which is not running, is dropped.", name, target);
        var sent = sender.Stamp(_time);
        var arrived = new HistoryEntry(HistoryKind.EventArrived, -1, name, payload, receiver?.Stamp(_time) ?? sent);
        Enqueue(
            sender.Job,
            journal =>
            {
                sender.Append(journal, new HistoryEntry(HistoryKind.EventSent, step.Number, name, null, sent));
                receiver?.Append(journal, arrived);
            },
            () =>
            {
                if (receiver is not null)
                    Deliver(receiver, arrived);
            });
    }

    void IInstanceHost.ReportForeignAwait(WorkflowInstance instance) => _thread.Post(() =>
    {
        if (_runs.TryGetValue(instance, out var run))
        {
            End(run.Job, new BatchFunctionsException(
                ErrorKind.Internal, $"Workflow {instance.WorkflowName} awaited something that is not from its context, which cannot be replayed."));
        }
    });

    private static string InputOf(JobRequest request) => JsonSerializer.Serialize(request, WorkflowJson.Default.JobRequest);

    private RunningJob? Open(JobRequest request, DateTimeOffset? created, JobLock jobLock)
    {
        var now = _time.GetUtcNow();
        if (created is null && !_thread.Journal.AddJob(request, now))
            return null;
        if (_thread.Journal.TakeJob(request.JobId, request.Run, created ?? now, now, _owner) is not { } row)
            return null;
        _logger.LogInformation("Job {Job} {Begins}.", request.JobId, row.StartedAt == now ? "starts" : "continues");
        return new RunningJob(jobLock, row.Key, row.Record.Request, row.StartedAt ?? row.Record.CreatedAt);
    }

    private void Begin(RunningJob job)
    {
        try
        {
            StartInstance(job, null, null, _catalog.Get(JobWorkflows.Job), job.Request.JobId, InputOf(job.Request), job.StartedAt);
        }
        catch (BatchFunctionsException failure)
        {
            End(job, failure);
        }
    }

    private void StartInstance(
        RunningJob job, InstanceRun? parent, WorkflowStep? step, RegisteredWorkflow workflow, string id, string input, DateTimeOffset startedAt)
    {
        var run = new InstanceRun(job, parent, step) { LastAt = startedAt };
        run.Instance = new WorkflowInstance(_catalog, this, workflow, id, input, startedAt);
        run.Key = _thread.Journal.FindInstance(run.JournalId);
        var history = new List<HistoryEntry>();
        if (run.Key is { } key)
        {
            history = _thread.Journal.ReadHistory(key);
            run.Attempts = _thread.Journal.ReadAttempts(key);
            run.NextOrdinal = history.Count;
            if (history.Count > 0)
                run.LastAt = history[^1].At;
        }

        if (!job.Instances.TryAdd(id, run))
            throw new BatchFunctionsException(ErrorKind.Internal, $"Workflow instance {id} was asked for twice at the same time.");
        _runs.Add(run.Instance, run);
        run.Instance.Start(history);
        AfterTurn(run);
    }

    private void Deliver(InstanceRun run, HistoryEntry entry)
    {
        if (run.IsSettled || run.Job.IsOver)
            return;
        try
        {
            run.Instance.Deliver(entry);
            AfterTurn(run);
        }
        catch (BatchFunctionsException failure)
        {
            End(run.Job, failure);
        }
    }

    private void AfterTurn(InstanceRun run)
    {
        var job = run.Job;
        if (run.Instance.HasEnded && !run.IsSettled)
            Settle(run);
        ReportProgress(job);
    }

    private void Settle(InstanceRun run)
    {
        run.IsSettled = true;
        var failure = run.Instance.Failure
            ?? PayloadLimit.Check(run.Instance.Output!, $"the output of workflow {run.Instance.WorkflowName}");
        if (run.Parent is null)
            EndJob(run, failure);
        else
            EndSubWorkflow(run, run.Parent, failure);
    }

    private void EndSubWorkflow(InstanceRun run, InstanceRun parent, ActivityFailure? failure)
    {
        var entry = new HistoryEntry(
            failure is null ? HistoryKind.SubWorkflowCompleted : HistoryKind.SubWorkflowFailed,
            run.ParentStep!.Number,
            run.ParentStep.Name,
            failure is null ? run.Instance.Output : JsonSerializer.Serialize(failure, WorkflowJson.Default.ActivityFailure),
            parent.Stamp(_time));
        Enqueue(
            run.Job,
            journal =>
            {
                if (run.Key is { } key)
                    journal.DeleteHistory(key);
                parent.Append(journal, entry);
            },
            () =>
            {
                run.Job.Instances.Remove(run.Instance.InstanceId);
                _runs.Remove(run.Instance);
                Deliver(parent, entry);
            });
    }

    private void EndJob(InstanceRun run, ActivityFailure? failure)
    {
        var job = run.Job;
        var result = failure is null
            ? JsonSerializer.Deserialize(run.Instance.Output!, WorkflowJson.Default.JobResult)!
            : new JobResult(job.Request.JobId, JobStatus.Failed, null, 0, 0, 0, [], failure.Message, failure.Kind);
        Enqueue(
            job,
            journal =>
            {
                if (job.Progress is not null)
                    journal.SetProgress(job.Key, job.Progress, _time.GetUtcNow());
                journal.EndJob(job.Key, result, _time.GetUtcNow());
            },
            () =>
            {
                _logger.LogInformation("Job {Job} ends: {Status}.", job.Request.JobId, result.Status);
                job.Result = result;
                End(job, null);
            });
    }

    private void TakeFromInbox()
    {
        if (_thread.Death is not null)
            return;
        foreach (var left in _thread.Journal.ReadInbox())
        {
            if (_taken.Contains(left.Key) || !_jobs.TryGetValue(left.Job, out var job) || job.IsOver || !job.Instances.TryGetValue(job.Request.JobId, out var run))
                continue;
            var entry = new HistoryEntry(HistoryKind.EventArrived, -1, left.Name, left.Payload, run.Stamp(_time));
            _taken.Add(left.Key);
            Enqueue(
                job,
                journal =>
                {
                    journal.RemoveFromInbox(left.Key);
                    run.Append(journal, entry);
                },
                () => Deliver(run, entry));
        }
    }

    private void Enqueue(RunningJob job, Action<Journal> write, Action deliver) => _thread.Enqueue(new PendingWrite(job, write, deliver));

    private void ReportProgress(RunningJob job)
    {
        if (!job.Instances.TryGetValue(job.Request.JobId, out var root) || root.Instance.Progress is not { } progress)
            return;
        foreach (var run in job.Instances.Values)
        {
            if (run.Parent is not null && run.Instance.Progress is { } part)
            {
                progress = progress with
                {
                    ShardsDone = progress.ShardsDone + part.ShardsDone,
                    ShardsFailed = progress.ShardsFailed + part.ShardsFailed,
                    RecordsDone = progress.RecordsDone + part.RecordsDone,
                    RecordsFailed = progress.RecordsFailed + part.RecordsFailed,
                };
            }
        }

        if (progress == job.Progress)
            return;
        job.Progress = progress;
        _progressed(job);
    }

    private bool IsProgressDue(RunningJob job) => !job.IsOver && job.Progress is not null && job.Progress != job.SavedProgress
        && (job.Progress.Step != job.SavedProgress?.Step || _time.GetElapsedTime(job.SavedAt) >= ProgressInterval);

    /// <summary>Stops a job so that it can be continued.</summary>
    private void Stop(RunningJob job)
    {
        if (!job.IsStopping)
            job.Stop();
        _isAnyStopping = true;
    }

    /// <summary>Takes nothing more from a job: it has a result, or <paramref name="fault"/>, after which it can be continued.</summary>
    private void End(RunningJob job, Exception? fault)
    {
        if (job.IsOver)
            return;
        job.IsOver = true;
        job.Fault = fault;
        Stop(job);
    }

    private void Leave(RunningJob job)
    {
        _jobs.Remove(job.Key);
        foreach (var run in job.Instances.Values)
            _runs.Remove(run.Instance);
        if (job.Result is null && _thread.Death is null)
        {
            _logger.LogInformation("Job {Job} is interrupted; it can be continued.", job.Request.JobId);
            if (job.Progress is not null)
                _thread.Journal.SetProgress(job.Key, job.Progress, _time.GetUtcNow());
            _thread.Journal.SetStatus(job.Key, JobStatus.Interrupted, _time.GetUtcNow(), _owner);
        }

        job.Leave();
    }
}
