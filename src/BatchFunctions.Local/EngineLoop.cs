using System.Collections.Concurrent;
using System.Text.Json;
using BatchFunctions.Workflow;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Local;

/// <summary>
/// The engine's thread. It takes what has happened, writes it to the journal in one transaction, and only then lets the workflows hear
/// of it, one after another; so a workflow never acts on what a crash could make undone.
/// </summary>
internal sealed class EngineLoop : IInstanceHost, IDisposable
{
    private static readonly TimeSpan _progressInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _longestTimer = TimeSpan.FromDays(1);

    private readonly EmbeddedEngineOptions _options;
    private readonly WorkflowCatalog _catalog;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _owner;
    private readonly Action<RunningJob> _progressed;
    private readonly Journal _journal;
    private readonly SemaphoreSlim _slots;
    private readonly BlockingCollection<Action> _queue = [];
    private readonly Dictionary<long, RunningJob> _jobs = [];
    private readonly Dictionary<WorkflowInstance, InstanceRun> _runs = [];
    private readonly HashSet<long> _taken = [];
    private readonly Thread _thread;
    private readonly ITimer _poll;
    private List<PendingWrite> _pending = [];
    private List<PendingWrite> _committed = [];
    private BatchFunctionsException? _dead;
    private bool _isAnyStopping;

    /// <summary>Opens a connection of its own to the journal and starts the thread.</summary>
    /// <param name="options">The engine's options.</param>
    /// <param name="catalog">What it can run.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it logs to.</param>
    /// <param name="owner">This process, for people.</param>
    /// <param name="progressed">Called on the thread when a job's progress has changed.</param>
    public EngineLoop(
        EmbeddedEngineOptions options, WorkflowCatalog catalog, TimeProvider time, ILogger logger, string owner, Action<RunningJob> progressed)
    {
        (_options, _catalog, _time, _logger, _owner, _progressed) = (options, catalog, time, logger, owner, progressed);
        _slots = new SemaphoreSlim(options.MaxConcurrentActivities);
        _journal = Journal.Open(options.JournalPath);
        _thread = new Thread(Run) { IsBackground = true, Name = "BatchFunctions engine" };
        _thread.Start();
        _poll = time.CreateTimer(_ => Poll(), null, options.PollInterval, options.PollInterval);
    }

    /// <summary>Starts or continues a job that nobody else runs.</summary>
    public Task<RunningJob> StartAsync(JobRequest request, JobLock jobLock) => CallAsync(() =>
    {
        var job = Open(request, jobLock);
        _jobs.Add(job.Key, job);
        try
        {
            if (job.Result is null)
                StartInstance(job, null, null, _catalog.Get(JobWorkflows.Job), job.Request.JobId, InputOf(job.Request), job.CreatedAt);
        }
        catch (BatchFunctionsException failure)
        {
            End(job, failure);
        }
        catch (SqliteException failure)
        {
            Die(failure);
        }

        // An event may have been left while nobody ran the job.
        TakeFromInbox();
        _isAnyStopping |= job.IsOver;
        return job;
    });

    /// <summary>Stops a job so that it can be continued.</summary>
    public void Interrupt(RunningJob job) => Post(() =>
    {
        if (_jobs.ContainsValue(job))
            Stop(job);
    });

    /// <summary>Stops all jobs so that they can be continued.</summary>
    public void InterruptAll() => Post(() =>
    {
        foreach (var job in _jobs.Values)
            Stop(job);
    });

    /// <summary>Looks for events that were left in the journal, and writes progress that is due.</summary>
    public void Poll() => Post(() =>
    {
        if (_jobs.Count > 0)
            TakeFromInbox();
    });

    public void Dispose()
    {
        _poll.Dispose();
        _queue.CompleteAdding();
        _thread.Join();
        _journal.Dispose();
        _queue.Dispose();
        _slots.Dispose();
    }

    void IInstanceHost.StartActivity(WorkflowInstance instance, WorkflowStep step, RegisteredActivity activity, string input, RetryPolicy retry)
    {
        var run = _runs[instance];
        var call = new ActivityCall(run, step, activity, input, retry);
        if (run.Attempts.Remove(step.Number, out var failed) && failed.Count < retry.Attempts)
            call.Attempt = failed.Count + 1;
        var wait = call.Attempt == 1 ? TimeSpan.Zero : failed.LastAt + retry.DelayAfter(failed.Count) - _time.GetUtcNow();
        if (wait > TimeSpan.Zero)
            After(run.Job, call, wait, () => Try(call));
        else
            Try(call);
    }

    void IInstanceHost.StartSubWorkflow(
        WorkflowInstance instance, WorkflowStep step, RegisteredWorkflow workflow, string instanceId, string input, DateTimeOffset startedAt)
    {
        var parent = _runs[instance];
        StartInstance(parent.Job, parent, step, workflow, instanceId, input, startedAt);
    }

    void IInstanceHost.StartTimer(WorkflowInstance instance, WorkflowStep step, DateTimeOffset due) => Arm(_runs[instance], step, due);

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
        var at = Stamp(receiver);
        Enqueue(
            sender.Job,
            journal =>
            {
                Append(journal, sender, new HistoryEntry(HistoryKind.EventSent, step.Number, name, null, Stamp(sender)));
                if (receiver is not null)
                    Append(journal, receiver, new HistoryEntry(HistoryKind.EventArrived, -1, name, payload, at));
            },
            () =>
            {
                if (receiver is not null)
                    Deliver(receiver, new HistoryEntry(HistoryKind.EventArrived, -1, name, payload, at));
            });
    }

    void IInstanceHost.ReportForeignAwait(WorkflowInstance instance) => Post(() =>
    {
        if (_runs.TryGetValue(instance, out var run))
        {
            End(run.Job, new BatchFunctionsException(
                ErrorKind.Internal, $"Workflow {instance.WorkflowName} awaited something that is not from its context, which cannot be replayed."));
        }
    });

    private static string InputOf(JobRequest request) => JsonSerializer.Serialize(request, WorkflowJson.Default.JobRequest);

    private RunningJob Open(JobRequest request, JobLock jobLock)
    {
        var now = _time.GetUtcNow();
        var row = _journal.FindJob(request.JobId);
        if (row is null)
        {
            _logger.LogInformation("Job {Job} starts.", request.JobId);
            _journal.InsertJob(request, now, _owner);
            row = _journal.FindJob(request.JobId)!;
        }
        else if (row.Record.Result is null)
        {
            _logger.LogInformation("Job {Job} continues.", request.JobId);
            _journal.SetStatus(row.Key, JobStatus.Running, now, _owner);
        }

        return new RunningJob(jobLock, row.Key, row.Record.Request, row.Record.CreatedAt)
        {
            Result = row.Record.Result,
            IsOver = row.Record.Result is not null,
        };
    }

    private void StartInstance(
        RunningJob job, InstanceRun? parent, WorkflowStep? step, RegisteredWorkflow workflow, string id, string input, DateTimeOffset startedAt)
    {
        var run = new InstanceRun(job, parent, step) { LastAt = startedAt };
        run.Instance = new WorkflowInstance(_catalog, this, workflow, id, input, startedAt);
        run.Key = _journal.FindInstance(id);
        var history = new List<HistoryEntry>();
        if (run.Key is { } key)
        {
            history = _journal.ReadHistory(key);
            run.Attempts = _journal.ReadAttempts(key);
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
            Stamp(parent));
        Enqueue(
            run.Job,
            journal =>
            {
                if (run.Key is { } key)
                    journal.DeleteHistory(key);
                Append(journal, parent, entry);
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

    private void Try(ActivityCall call)
    {
        var job = call.Run.Job;
        if (job.IsStopping)
            return;
        job.InFlight++;
        Task.Run(async () =>
        {
            string? output = null;
            ActivityFailure? failure = null;
            var refused = false;
            try
            {
                await _slots.WaitAsync(job.Stopping);
                try
                {
                    output = await call.Activity.RunAsync(call.Input, job.Stopping);
                }
                finally
                {
                    _slots.Release();
                }

                failure = PayloadLimit.Check(output, $"the output of activity {call.Activity.Name}");
                refused = failure is not null;
            }
            catch (Exception exception)
            {
                if (!job.Stopping.IsCancellationRequested)
                    failure = ActivityFailure.From(exception);
            }

            Post(() => EndAttempt(call, output, failure, refused));
        });
    }

    private void EndAttempt(ActivityCall call, string? output, ActivityFailure? failure, bool refused)
    {
        var (run, job) = (call.Run, call.Run.Job);
        job.InFlight--;
        if (job.IsOver)
            return;
        if (failure is not null)
            EndFailedAttempt(call, failure, !refused && call.Attempt < call.Retry.Attempts && ActivityFailedException.IsRetriable(failure.Kind));
        else if (output is not null)
            Record(run, new HistoryEntry(HistoryKind.ActivityCompleted, call.Step.Number, call.Step.Name, output, Stamp(run)));
    }

    private void EndFailedAttempt(ActivityCall call, ActivityFailure failure, bool again)
    {
        var run = call.Run;
        var at = Stamp(run);
        var attempt = call.Attempt;
        _logger.LogWarning(
            "Activity {Activity} of {Instance} failed at try {Attempt} ({Kind}): {Message}",
            call.Step.Name, run.Instance.InstanceId, attempt, failure.Kind, failure.Message);
        var entry = new HistoryEntry(
            HistoryKind.ActivityFailed,
            call.Step.Number,
            call.Step.Name,
            JsonSerializer.Serialize(failure, WorkflowJson.Default.ActivityFailure),
            at);
        Enqueue(
            run.Job,
            journal =>
            {
                journal.AddAttempt(KeyOf(journal, run), call.Step.Number, call.Step.Name, attempt, failure, at);
                if (!again)
                    Append(journal, run, entry);
            },
            () =>
            {
                if (!again)
                {
                    Deliver(run, entry);
                    return;
                }

                call.Attempt++;
                After(run.Job, call, Jitter(call.Retry.DelayAfter(attempt)), () => Try(call));
            });
    }

    // Up to a tenth more, so that shards that failed together are not tried again together.
    private static TimeSpan Jitter(TimeSpan delay) => delay * (1 + (Random.Shared.NextDouble() * 0.1));

    private void After(RunningJob job, object owner, TimeSpan delay, Action action)
    {
        if (job.IsStopping)
            return;
        var due = _time.GetUtcNow() + delay;
        ITimer? timer = null;
        timer = _time.CreateTimer(
            _ => Post(() =>
            {
                if (!job.Timers.TryGetValue(owner, out var armed) || armed != timer)
                    return;
                job.Timers.Remove(owner);
                armed.Dispose();
                if (_time.GetUtcNow() < due)
                    After(job, owner, due - _time.GetUtcNow(), action);
                else
                    action();
            }),
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        job.Timers.Add(owner, timer);
        timer.Change(delay < TimeSpan.Zero ? TimeSpan.Zero : delay < _longestTimer ? delay : _longestTimer, Timeout.InfiniteTimeSpan);
    }

    private void Arm(InstanceRun run, WorkflowStep step, DateTimeOffset due)
    {
        After(run.Job, step, due - _time.GetUtcNow(), () =>
        {
            if (!step.HasEnded)
                Record(run, new HistoryEntry(HistoryKind.TimerFired, step.Number, step.Name, null, Stamp(run)));
        });
    }

    private void TakeFromInbox()
    {
        if (_dead is not null)
            return;
        foreach (var left in _journal.ReadInbox())
        {
            if (_taken.Contains(left.Key) || !_jobs.TryGetValue(left.Job, out var job) || job.IsOver || !job.Instances.TryGetValue(job.Request.JobId, out var run))
                continue;
            var entry = new HistoryEntry(HistoryKind.EventArrived, -1, left.Name, left.Payload, Stamp(run));
            _taken.Add(left.Key);
            Enqueue(
                job,
                journal =>
                {
                    journal.RemoveFromInbox(left.Key);
                    Append(journal, run, entry);
                },
                () => Deliver(run, entry));
        }
    }

    private void Record(InstanceRun run, HistoryEntry entry) =>
        Enqueue(run.Job, journal => Append(journal, run, entry), () => Deliver(run, entry));

    private void Enqueue(RunningJob job, Action<Journal> write, Action deliver) => _pending.Add(new PendingWrite(job, write, deliver));

    private static void Append(Journal journal, InstanceRun run, HistoryEntry entry)
    {
        // The history of an instance that has ended goes away with its end; nothing may stay behind.
        if (!run.IsSettled)
            journal.Append(KeyOf(journal, run), run.NextOrdinal++, entry);
    }

    private static long KeyOf(Journal journal, InstanceRun run) =>
        run.Key ??= journal.InsertInstance(run.Job.Key, run.Instance.InstanceId);

    private DateTimeOffset Stamp(InstanceRun? run)
    {
        var now = _time.GetUtcNow();
        if (run is null)
            return now;
        // A clock that is set back must not show a workflow two times in the wrong order.
        return run.LastAt = now > run.LastAt ? now : run.LastAt;
    }

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
        && (job.Progress.Step != job.SavedProgress?.Step || _time.GetElapsedTime(job.SavedAt) >= _progressInterval);

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

    private void LeaveQuietJobs()
    {
        if (!_isAnyStopping || _pending.Count > 0)
            return;
        foreach (var job in _jobs.Values.Where(job => (job.IsStopping || job.IsOver) && job.InFlight == 0).ToArray())
            Leave(job);
        _isAnyStopping = _jobs.Values.Any(job => job.IsStopping);
    }

    private void Leave(RunningJob job)
    {
        _jobs.Remove(job.Key);
        foreach (var run in job.Instances.Values)
            _runs.Remove(run.Instance);
        if (job.Result is null && _dead is null)
        {
            _logger.LogInformation("Job {Job} is interrupted; it can be continued.", job.Request.JobId);
            Guard(() => _journal.SetStatus(job.Key, JobStatus.Interrupted, _time.GetUtcNow(), _owner));
        }

        job.Leave();
    }

    private void Post(Action action)
    {
        try
        {
            _queue.Add(action);
        }
        catch (InvalidOperationException)
        {
            // The engine is closed; what happens now is found again when the job is continued.
        }
    }

    private async Task<T> CallAsync<T>(Func<T> call)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Add(() =>
        {
            try
            {
                answer.SetResult(_dead is null ? call() : throw _dead);
            }
            catch (Exception failure)
            {
                answer.SetException(failure);
            }
        });
        return await answer.Task;
    }

    private void Run()
    {
        while (_pending.Count > 0 || !_queue.IsCompleted)
        {
            if (_pending.Count == 0)
            {
                if (!_queue.TryTake(out var first, Timeout.Infinite))
                    continue;
                Guard(first);
            }

            while (_queue.TryTake(out var next))
                Guard(next);
            Guard(Commit);
            LeaveQuietJobs();
        }
    }

    private void Commit()
    {
        var isProgressDue = _jobs.Values.Any(IsProgressDue);
        if (_pending.Count == 0 && !isProgressDue)
            return;
        (_pending, _committed) = (_committed, _pending);
        _journal.Begin();
        foreach (var pending in _committed)
        {
            if (!pending.Job.IsOver)
                pending.Write(_journal);
        }

        if (isProgressDue)
            SaveProgress();
        _options.BeforeCommit?.Invoke();
        _journal.Commit();
        _taken.Clear();
        _options.AfterCommit?.Invoke();
        foreach (var pending in _committed)
        {
            if (!pending.Job.IsOver)
                pending.Deliver();
        }

        _committed.Clear();
    }

    private void SaveProgress()
    {
        foreach (var job in _jobs.Values.Where(IsProgressDue))
        {
            _journal.SetProgress(job.Key, job.Progress!, _time.GetUtcNow());
            (job.SavedProgress, job.SavedAt) = (job.Progress, _time.GetTimestamp());
        }
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure)
        {
            Die(failure);
        }
    }

    private void Die(Exception failure)
    {
        _logger.LogError(failure, "The journal cannot be written; every job stops here and can be continued.");
        _dead ??= new BatchFunctionsException(
            ErrorKind.Environment,
            $"The journal {_options.JournalPath} cannot be written: {failure.Message} See to the disk; the job can then be continued.",
            failure);
        _journal.Rollback();
        _pending.Clear();
        _committed.Clear();
        foreach (var job in _jobs.Values)
            End(job, _dead);
    }
}
