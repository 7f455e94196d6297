using BatchFunctions.Monitoring;
using BatchFunctions.Planning;

namespace BatchFunctions.Workflow;

/// <summary>
/// A batch job from its request to its end: prepare, validate, plan, score, aggregate, verify, publish, notify, clean up. A job that
/// fails or is cancelled leaves its evidence through the Fail activity and publishes nothing.
/// </summary>
public sealed class JobWorkflow : IWorkflow<JobRequest, JobResult>
{
    /// <summary>The event that cancels a job; its payload is a remark for people.</summary>
    public const string CancelEvent = "cancel";

    /// <summary>How many shards are scored by one sub-workflow, so that no history grows long: 250, as many as a page of the plan has.</summary>
    public const int GroupSize = Plan.DefaultPageSize;

    // A receiver that is down for good holds the end of a job up for a quarter of a minute, and nothing else.
    private static readonly RetryPolicy NotifyRetry = new(5, TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(10));

    private static readonly RetryPolicy BareRetry = new(3, TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(10));

    private IWorkflowContext _context = null!;
    private CancellationTokenSource _ending = null!;
    private DateTimeOffset _startedAt;
    private int _run = 1;
    private string? _traceParent;
    private JobReference? _job;
    private bool _notifies = true;
    private ShardScoring? _scoring;
    private bool _cancelled;
    private bool _deadlineMissed;

    /// <inheritdoc/>
    public async Task<JobResult> RunAsync(IWorkflowContext context, JobRequest input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        _context = context;
        using var ending = new CancellationTokenSource();
        _ending = ending;
        _startedAt = context.UtcNow;
        (_run, _traceParent) = (input.Run, input.TraceParent);
        var cancelling = WatchCancelAsync();
        var result = await RunStepsAsync(input);
        EndWatches();
        await cancelling;
        return result;
    }

    private async Task<JobResult> RunStepsAsync(JobRequest request)
    {
        _context.SetProgress(new JobProgress("Prepare"));
        PreparedJob prepared;
        try
        {
            prepared = await _context.CallActivityAsync(JobActivities.Prepare, request, BareRetry);
        }
        catch (ActivityFailedException failure)
        {
            var refused = new JobResult(request.JobId, JobStatus.Failed, null, 0, 0, 0, [], failure.Message, failure.Kind);
            await Task.WhenAll(
                NotifyAsync(StepFailed(failure.Activity, null, failure.Message, failure.Kind, null) with { Request = request }),
                NotifyAsync(EventOf("failed", failure.Message, null) with { Request = request, Result = refused }));
            return refused;
        }

        (_job, _notifies) = (prepared.Job, prepared.Notifies);
        var started = NotifyAsync(
            EventOf("started", FormattableString.Invariant($"{prepared.Files} files, {prepared.Bytes} bytes"), prepared.Job.WorkFolder));
        var deadline = WatchDeadlineAsync(prepared);
        var result = await ScoreAndEndAsync(prepared, request.Run);
        EndWatches();
        await deadline;

        var progress = _scoring?.Progress ?? new JobProgress("Prepare");
        _context.SetProgress(progress with { Step = "Notify" });
        await NotifyAsync(EventOf(EventName(result.Status), Describe(result), prepared.Job.WorkFolder) with { Result = result });
        await started;
        if (result.Status is JobStatus.Succeeded or JobStatus.SucceededWithWarnings)
        {
            _context.SetProgress(progress with { Step = "CleanUp" });
            await CleanUpAsync(prepared);
        }

        return result;
    }

    private async Task<JobResult> ScoreAndEndAsync(PreparedJob prepared, int run)
    {
        AggregateOutcome? outcome = null;
        try
        {
            StopIfCancelled();
            _context.SetProgress(new JobProgress("Validate"));
            await _context.CallActivityAsync(JobActivities.Validate, prepared.Job, prepared.Retry);
            StopIfCancelled();
            _context.SetProgress(new JobProgress("Plan"));
            var plan = await _context.CallActivityAsync(JobActivities.Plan, prepared.Job, prepared.Retry);
            StopIfCancelled();

            var hashing = prepared.HashesSnapshot ? _context.CallActivityAsync(JobActivities.HashSnapshot, prepared.Job, prepared.Retry) : null;
            _scoring = new ShardScoring(_context, prepared, plan, run);
            var failure = await _scoring.RunAsync();
            StopIfCancelled();
            if (failure is not null)
                return await FailAsync(
                    prepared,
                    EndOf(prepared, JobStatus.Failed, outcome, $"Shard {failure.Shard}: {failure.Message}", failure.Kind),
                    StepFailed(JobActivities.ScoreShard.Name, failure.Shard, failure.Message, failure.Kind, prepared.Job.WorkFolder));
            if (hashing is not null)
                await hashing;

            outcome = await AggregateAsync(prepared, plan, _context.UtcNow, _scoring.Progress);
            await RaiseAlarmsAsync(prepared, outcome.Alarms ?? []);
            StopIfCancelled();
            if (outcome.Status == JobStatus.Failed)
                throw new JobEndedEarlyException(JobStatus.Failed, string.Join("; ", outcome.Warnings), ErrorKind.Policy);

            _context.SetProgress(_scoring.Progress with { Step = "Verify" });
            await _context.CallActivityAsync(JobActivities.Verify, prepared.Job, prepared.Retry);
            StopIfCancelled();
            _context.SetProgress(_scoring.Progress with { Step = "Publish" });
            return await _context.CallActivityAsync(JobActivities.Publish, EndOf(prepared, outcome.Status, outcome, null, null), prepared.Retry);
        }
        catch (JobEndedEarlyException early)
        {
            return await FailAsync(prepared, EndOf(prepared, early.Status, outcome, early.Error, early.Kind));
        }
        catch (ActivityFailedException failure)
        {
            return await FailAsync(
                prepared,
                EndOf(prepared, JobStatus.Failed, outcome, failure.Message, failure.Kind),
                StepFailed(failure.Activity, null, failure.Message, failure.Kind, prepared.Job.WorkFolder));
        }
    }

    private async Task<AggregateOutcome> AggregateAsync(PreparedJob prepared, PlanSummary plan, DateTimeOffset scoredAt, JobProgress progress)
    {
        _context.SetProgress(progress with { Step = "Aggregate" });
        var (next, failed) = (0, false);
        var groups = (plan.Shards + GroupSize - 1) / GroupSize;
        await Task.WhenAll([.. Enumerable.Range(0, Math.Min(groups, prepared.MaxParallel)).Select(_ => MergeAsync())]);
        StopIfCancelled();

        async Task MergeAsync()
        {
            while (next < groups && !failed && !_cancelled)
            {
                var first = GroupSize * next++;
                var group = new GroupReference(prepared.Job, first, Math.Min(GroupSize, plan.Shards - first));
                try
                {
                    await _context.CallActivityAsync(JobActivities.AggregateGroup, group, prepared.Retry);
                }
                catch (ActivityFailedException)
                {
                    failed = true;
                    throw;
                }
            }
        }

        return await _context.CallActivityAsync(
            JobActivities.Aggregate,
            new AggregateRequest(prepared.Job, plan.Shards, GroupSize, _startedAt, scoredAt, _deadlineMissed),
            prepared.Retry);
    }

    // A missed deadline has been told when it passed.
    private async Task RaiseAlarmsAsync(PreparedJob prepared, IReadOnlyList<Alarm> alarms)
    {
        foreach (var group in alarms.Where(alarm => alarm.Kind != AlarmKind.Deadline)
            .GroupBy(alarm => alarm.Kind == AlarmKind.Drift ? JobEvent.Drift : JobEvent.Alarm))
            await NotifyAsync(EventOf(group.Key, string.Join(" ", group.Select(alarm => alarm.Message)), prepared.Job.WorkFolder));
    }

    private EndRequest EndOf(PreparedJob prepared, JobStatus status, AggregateOutcome? outcome, string? error, ErrorKind? kind) =>
        new(prepared.Job, status, _startedAt, _context.UtcNow, outcome, error, kind);

    // Whoever is told of the step waits neither for the evidence, nor the evidence for them.
    private async Task<JobResult> FailAsync(PreparedJob prepared, EndRequest end, JobEvent step)
    {
        var told = NotifyAsync(step);
        var result = await FailAsync(prepared, end);
        await told;
        return result;
    }

    private async Task<JobResult> FailAsync(PreparedJob prepared, EndRequest end)
    {
        try
        {
            return await _context.CallActivityAsync(JobActivities.Fail, end, prepared.Retry);
        }
        catch (ActivityFailedException failure)
        {
            var error = $"{end.Error ?? "Cancelled."} This could not be written to the run folder: {failure.Message}";
            return new JobResult(
                end.Job.JobId,
                end.Status,
                prepared.RunFolder,
                end.Outcome?.RecordsTotal ?? 0,
                end.Outcome?.RecordsScored ?? 0,
                end.Outcome?.RecordsFailed ?? 0,
                end.Outcome?.Warnings ?? [],
                error,
                end.ErrorKind ?? failure.Kind);
        }
    }

    private async Task WatchCancelAsync()
    {
        try
        {
            await _context.WaitForEventAsync(CancelEvent, _ending.Token);
            _cancelled = true;
            _scoring?.Stop();
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task WatchDeadlineAsync(PreparedJob prepared)
    {
        if (prepared.Deadline is not { } limit)
            return;
        try
        {
            await _context.CreateTimerAsync(_startedAt + limit, _ending.Token);
            _deadlineMissed = true;
            await NotifyAsync(EventOf("deadline_missed", FormattableString.Invariant($"not ended {limit} after its start"), prepared.Job.WorkFolder));
        }
        catch (OperationCanceledException)
        {
        }
    }

    // Not CancelAsync: it goes through the thread pool, and a workflow awaits nothing but its context.
    private void EndWatches() => _ending.Cancel();

    private void StopIfCancelled()
    {
        if (_cancelled)
            throw new JobEndedEarlyException(JobStatus.Cancelled, null, null);
    }

    private JobEvent EventOf(string name, string message, string? workFolder) =>
        new(_context.InstanceId, name, _context.UtcNow, message, workFolder)
        {
            Run = _run,
            Notifies = _notifies,
            TraceParent = _traceParent,
            Pipeline = _job?.Pipeline,
            Model = _job?.Model,
        };

    private JobEvent StepFailed(string step, int? shard, string message, ErrorKind kind, string? workFolder) =>
        EventOf(JobEvent.StepFailed, message, workFolder) with { Step = step, Shard = shard, ErrorKind = kind };

    // The tries are the workflow's own, so that each knows its number: what is logged once must not be logged again because a receiver is down.
    private async Task NotifyAsync(JobEvent what)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await _context.CallActivityAsync(JobActivities.Notify, what with { Try = attempt }, RetryPolicy.None);
                return;
            }
            catch (ActivityFailedException failure)
            {
                // The activity has logged it; a job never fails because nobody could be told.
                if (attempt == NotifyRetry.Attempts || !ActivityFailedException.IsRetriable(failure.Kind))
                    return;
            }

            await _context.CreateTimerAsync(_context.UtcNow + NotifyRetry.DelayAfter(attempt), CancellationToken.None);
        }
    }

    private async Task CleanUpAsync(PreparedJob prepared)
    {
        try
        {
            await _context.CallActivityAsync(JobActivities.CleanUp, prepared.Job, prepared.Retry);
        }
        catch (ActivityFailedException)
        {
            // What is left over is removed by retention; the output is published and stays.
        }
    }

    private static string EventName(JobStatus status) => status switch
    {
        JobStatus.Succeeded => "succeeded",
        JobStatus.SucceededWithWarnings => "warned",
        JobStatus.Cancelled => "cancelled",
        _ => "failed",
    };

    private static string Describe(JobResult result) => result.Error ?? (result.Warnings.Count > 0
        ? string.Join("; ", result.Warnings)
        : FormattableString.Invariant($"{result.RecordsTotal} records, {result.RecordsScored} scored, {result.RecordsFailed} failed"));
}
