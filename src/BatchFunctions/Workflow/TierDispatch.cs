using BatchFunctions.Tier;

namespace BatchFunctions.Workflow;

/// <summary>
/// Has the shards of a group scored by the scoring service: dispatches what is due, waits on a durable timer, looks what became of it, and does so again. No
/// activity waits while a replica works, and each look is one activity for all shards of the group, so that the history stays small. A shard whose
/// replica fails, is stopped or dies is dispatched again.
/// </summary>
internal sealed class TierDispatch(IWorkflowContext context, GroupRequest group)
{
    private const double PollGrowth = 1.5;

    private readonly TierPolicy _policy = group.Tier!;
    private readonly List<TierShard> _shards = [];
    private readonly Dictionary<int, int> _attempts = [];
    private readonly Dictionary<int, int> _losses = [];
    private readonly Dictionary<string, (long Beat, DateTimeOffset SeenAt)> _replicas = new(StringComparer.Ordinal);
    private Task _loop = Task.CompletedTask;
    private CancellationTokenSource? _sleep;
    private DateTimeOffset _busyUntil;
    private bool _stopped;
    private bool _withdrawn;

    /// <summary>Scores a shard, once <see cref="Start"/> is called.</summary>
    /// <exception cref="ActivityFailedException">It failed for good, or of a memory trouble that a smaller batch may mend.</exception>
    public Task<ShardOutcome> ScoreAsync(ShardRequest request)
    {
        if (_stopped)
            return Task.FromException<ShardOutcome>(Stopped(request.Shard));
        var shard = new TierShard(request) { NotBefore = context.UtcNow };
        _shards.Add(shard);
        // It comes back after memory trouble, when nobody may be left to start for it.
        if (request.BatchDivisor > 1)
            Start();
        return shard.End;
    }

    /// <summary>Dispatches what was added, all of it together.</summary>
    public void Start()
    {
        if (_loop.IsCompleted && _shards.Count > 0)
            _loop = RunAsync();
    }

    /// <summary>Dispatches no more, and has replicas let go of what they have in hand.</summary>
    public void Stop()
    {
        if (_stopped)
            return;
        _stopped = true;
        foreach (var shard in _shards.Where(shard => shard.At is null).ToArray())
            End(shard, Stopped(shard.Request.Shard));
        _sleep?.Cancel();
    }

    private async Task RunAsync()
    {
        try
        {
            var wait = _policy.FirstPoll;
            while (_shards.Count > 0)
            {
                await DispatchAsync();
                if (_shards.Count == 0)
                    break;
                if (_stopped && !_withdrawn)
                {
                    await WithdrawAsync();
                    wait = _policy.FirstPoll;
                }

                await SleepAsync(Shortest(wait));
                wait = await CheckAsync() ? _policy.FirstPoll : Longer(wait);
            }
        }
        catch (Exception failure)
        {
            foreach (var shard in _shards.ToArray())
                End(shard, failure);
        }
    }

    // A workflow must leave no timer behind when it ends.
    private async Task SleepAsync(TimeSpan wait)
    {
        using var sleep = new CancellationTokenSource();
        _sleep = sleep;
        try
        {
            await context.CreateTimerAsync(context.UtcNow + wait, sleep.Token);
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            _sleep = null;
        }
    }

    private async Task DispatchAsync()
    {
        if (context.UtcNow < _busyUntil)
            return;
        var due = _shards.Where(shard => shard.At is null && shard.NotBefore <= context.UtcNow).ToDictionary(shard => shard.Request.Shard);
        if (due.Count == 0)
            return;
        DispatchOutcome outcome;
        try
        {
            var request = new DispatchRequest(group.Job, [.. due.Values.Select(Next)]);
            outcome = await context.CallActivityAsync(JobActivities.DispatchShards, request, group.Retry);
        }
        catch (ActivityFailedException failure)
        {
            foreach (var shard in due.Values)
                End(shard, failure);
            return;
        }

        if (outcome.RetryAfter is { } busy)
            _busyUntil = context.UtcNow + busy;
        foreach (var taken in outcome.Taken)
        {
            _attempts[taken.Shard] = Math.Max(taken.Attempt, _attempts.GetValueOrDefault(taken.Shard));
            due[taken.Shard].At = taken;
            // It has just answered.
            _replicas[taken.Replica] = (_replicas.GetValueOrDefault(taken.Replica).Beat, context.UtcNow);
        }

        foreach (var committed in outcome.Committed)
            End(due[committed.Shard], committed);
        foreach (var refused in outcome.Refused)
            End(due[refused.Shard], new ActivityFailedException(JobActivities.ScoreShard.Name, refused.Kind, refused.Message));
        if (_stopped)
            foreach (var shard in due.Values.Where(shard => shard.At is null && _shards.Contains(shard)))
                End(shard, Stopped(shard.Request.Shard));
    }

    // All that this pass of the job may ever have dispatched; those that follow have larger numbers.
    private async Task WithdrawAsync()
    {
        _withdrawn = true;
        try
        {
            var request = new WithdrawRequest(group.Job, group.FirstAttempt + ShardScoring.AttemptsPerPass - 1);
            await context.CallActivityAsync(JobActivities.WithdrawShards, request, group.Retry);
        }
        catch (ActivityFailedException)
        {
            // Replicas then end what they have in hand, and the job ends after them.
        }
    }

    // The same number again where an earlier dispatch found no room: nobody took it under that one.
    private ShardDispatch Next(TierShard shard) => new(
        shard.Request.Shard, _attempts.GetValueOrDefault(shard.Request.Shard, group.FirstAttempt - 1) + 1, shard.Request.BatchDivisor);

    private async Task<bool> CheckAsync()
    {
        var atWork = _shards.Where(shard => shard.At is not null).ToDictionary(shard => shard.Request.Shard);
        if (atWork.Count == 0)
            return false;
        CheckOutcome outcome;
        try
        {
            var request = new CheckRequest(group.Job, [.. atWork.Values.Select(shard => shard.At!)]);
            outcome = await context.CallActivityAsync(JobActivities.CheckShards, request, group.Retry);
        }
        catch (ActivityFailedException failure)
        {
            foreach (var shard in atWork.Values)
                End(shard, failure);
            return true;
        }

        foreach (var (replica, beat) in outcome.Beats)
            if (!_replicas.TryGetValue(replica, out var seen) || seen.Beat != beat)
                _replicas[replica] = (beat, context.UtcNow);

        var before = _shards.Count(shard => shard.At is not null);
        foreach (var committed in outcome.Committed)
            End(atWork[committed.Shard], committed);
        foreach (var failed in outcome.Failed)
            Fail(atWork[failed.Shard], failed);
        foreach (var handedBack in outcome.HandedBack)
            Again(atWork[handedBack], TimeSpan.Zero);
        foreach (var dropped in outcome.Dropped)
            Lose(atWork[dropped]);
        foreach (var shard in atWork.Values.Where(shard => shard.At is { } at && context.UtcNow - _replicas[at.Replica].SeenAt > _policy.LostAfter))
            if (_shards.Contains(shard))
                Lose(shard);
        return _shards.Count(shard => shard.At is not null) != before;
    }

    private void Fail(TierShard shard, ShardFailure failure)
    {
        shard.Failures++;
        if (!ActivityFailedException.IsRetriable(failure.Kind) || shard.Failures >= group.Retry.Attempts)
            End(shard, new ActivityFailedException(JobActivities.ScoreShard.Name, failure.Kind, failure.Message));
        else
            Again(shard, group.Retry.DelayAfter(shard.Failures));
    }

    // A container that runs out of memory is killed, and can say nothing of it. One death may have any reason; of a second, the shard is suspected.
    private void Lose(TierShard shard)
    {
        var number = shard.Request.Shard;
        var losses = _losses[number] = _losses.GetValueOrDefault(number) + 1;
        if (losses == 1)
            Again(shard, TimeSpan.Zero);
        else
            End(shard, new ActivityFailedException(
                JobActivities.ScoreShard.Name, ErrorKind.Memory, FormattableString.Invariant($"{losses} replicas of the scoring service died while they had shard {number}. Give them more memory, or write a smaller scoring.batch_size.")));
    }

    private void Again(TierShard shard, TimeSpan delay)
    {
        shard.At = null;
        shard.NotBefore = context.UtcNow + delay;
        if (_stopped)
            End(shard, Stopped(shard.Request.Shard));
    }

    private void End(TierShard shard, ShardOutcome outcome)
    {
        if (_shards.Remove(shard))
            shard.Complete(outcome);
    }

    private void End(TierShard shard, Exception failure)
    {
        if (_shards.Remove(shard))
            shard.Fail(failure);
    }

    // While everything waits for its next try, there is nothing to look at until then.
    private TimeSpan Shortest(TimeSpan wait)
    {
        if (_shards.Exists(shard => shard.At is not null))
            return wait;
        var next = _shards.Min(shard => shard.NotBefore);
        var due = (next > _busyUntil ? next : _busyUntil) - context.UtcNow;
        return due > _policy.FirstPoll ? due : _policy.FirstPoll;
    }

    private TimeSpan Longer(TimeSpan wait) => TimeSpan.FromTicks(Math.Min((long)(wait.Ticks * PollGrowth), _policy.MaxPoll.Ticks));

    private static ActivityFailedException Stopped(int shard) => new(
        JobActivities.ScoreShard.Name, ErrorKind.Transient, FormattableString.Invariant($"The job was stopped before the scoring service had shard {shard}."));
}
