using System.Globalization;

namespace BatchFunctions.Workflow;

/// <summary>
/// Scores all shards of a job in groups, with at most <see cref="PreparedJob.MaxParallel"/> shards being scored and
/// <see cref="PlanSummary.Committing"/> more being committed over all groups. Groups run one after another; when one has no shard left to start, it gives back the slots that fall idle and the next group starts on them, so that
/// a slow shard never holds up more than its own slot.
/// </summary>
internal sealed class ShardScoring(IWorkflowContext context, PreparedJob prepared, PlanSummary plan, int run)
{
    /// <summary>How many numbers the dispatches of a shard have in one pass: tries times halvings of the batch, with much to spare.</summary>
    internal const int AttemptsPerPass = 10_000;

    private readonly List<GroupRun> _active = [];
    private readonly List<GroupOutcome> _outcomes = [];
    private CancellationTokenSource? _waiting;
    private bool _stopped;

    /// <summary>What the groups that have ended came to.</summary>
    public JobProgress Progress { get; private set; } = new("Score", plan.Shards, RecordsTotal: plan.Records);

    /// <summary>Starts no more shards; those at work end.</summary>
    public void Stop()
    {
        if (_stopped)
            return;
        _stopped = true;
        _waiting?.Cancel();
        foreach (var group in _active)
            context.SendEvent(group.InstanceId, ShardGroupWorkflow.StopEvent, string.Empty);
    }

    /// <summary>Scores every shard, those with passing errors a second time.</summary>
    /// <returns>
    /// The failure that the job fails of, or null where there is none: one that stopped the scoring before one that did not, then the
    /// lowest shard.
    /// </returns>
    public async Task<ShardFailure?> RunAsync()
    {
        context.SetProgress(Progress);
        await ScoreAsync(PassOf("shards"), [.. FirstPass()]);

        var again = _outcomes.Where(outcome => outcome.Again.Count > 0).OrderBy(outcome => outcome.First).ToArray();
        var given = _outcomes.SelectMany(outcome => outcome.Failures).ToList();
        if (again.Length > 0 && await WaitAsync())
        {
            _outcomes.Clear();
            await ScoreAsync(PassOf("again"), [.. again.Select(outcome => SecondPass(outcome))]);
            given.AddRange(_outcomes.SelectMany(outcome => outcome.Failures));
            again = [.. again.Where(outcome => _outcomes.All(tried => tried.First != outcome.First))];
        }

        return given.OrderBy(failure => !ShardGroupWorkflow.WouldFailAgain(failure.Kind)).ThenBy(failure => failure.Shard).FirstOrDefault()
            ?? again.Select(outcome => outcome.AgainFailure).FirstOrDefault();
    }

    // An instance id that has ended is never used again, so that no engine can take an earlier run's end for this one's.
    private string PassOf(string name) => run == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"run{run}-{name}");

    private IEnumerable<GroupRequest> FirstPass()
    {
        for (var first = 0; first < plan.Shards; first += JobWorkflow.GroupSize)
        {
            var count = Math.Min(JobWorkflow.GroupSize, plan.Shards - first);
            yield return new GroupRequest(prepared.Job, first, count, 0, prepared.Retry, Tier: prepared.Tier, FirstAttempt: FirstAttemptOf(pass: 0));
        }
    }

    private GroupRequest SecondPass(GroupOutcome outcome) =>
        new(prepared.Job, outcome.First, outcome.Count, 0, prepared.Retry, Only: outcome.Again, Tier: prepared.Tier, FirstAttempt: FirstAttemptOf(pass: 1));

    // Of two dispatches of a shard, that with the larger number counts, over passes and runs as well.
    private int FirstAttemptOf(int pass) => (((2 * (run - 1)) + pass) * AttemptsPerPass) + 1;

    private async Task<bool> WaitAsync()
    {
        if (_stopped)
            return false;
        using var waiting = new CancellationTokenSource();
        _waiting = waiting;
        try
        {
            await context.CreateTimerAsync(context.UtcNow + prepared.Retry.DelayAfter(prepared.Retry.Attempts), waiting.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            _waiting = null;
        }
    }

    private async Task ScoreAsync(string pass, GroupRequest[] groups)
    {
        using var ended = new CancellationTokenSource();
        var released = context.WaitForEventAsync(ShardGroupWorkflow.ReleasedEvent, ended.Token);
        var next = 0;
        while (true)
        {
            next = Assign(pass, groups, next);
            if (_active.Count == 0)
                break;

            await Task.WhenAny([.. _active.Select(group => group.Task), released]);
            if (released.IsCompleted)
            {
                Release(await released);
                released = context.WaitForEventAsync(ShardGroupWorkflow.ReleasedEvent, ended.Token);
            }

            foreach (var group in _active.Where(group => group.Task.IsCompleted).ToArray())
            {
                _active.Remove(group);
                Count(await group.Task);
            }
        }

        ended.Cancel();
    }

    private int Assign(string pass, GroupRequest[] groups, int next)
    {
        var free = prepared.MaxParallel + plan.Committing - _active.Sum(group => group.Held);
        while (free > 0 && !_stopped)
        {
            var slots = 0;
            if (_active.Count > 0 && _active[^1].Wanted > 0)
            {
                var group = _active[^1];
                slots = Math.Min(free, group.Wanted);
                group.Granted += slots;
                context.SendEvent(group.InstanceId, ShardGroupWorkflow.GrantedEvent, group.Granted.ToString(CultureInfo.InvariantCulture));
            }
            else if (next < groups.Length)
            {
                slots = Math.Min(free, groups[next].Only?.Count ?? groups[next].Count);
                Start(pass, groups[next] with { MaxParallel = slots, SharesSlots = next + 1 < groups.Length });
                next++;
            }
            else
            {
                break;
            }

            free -= slots;
        }

        return next;
    }

    private void Start(string pass, GroupRequest request)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{context.InstanceId}:{pass}-{request.First:D5}");
        _active.Add(new GroupRun(id, request, context.CallSubWorkflowAsync(JobWorkflows.ShardGroup, id, request)));
    }

    private void Release(string payload)
    {
        var cut = payload.LastIndexOf(' ');
        var group = _active.Find(group => payload.AsSpan(0, cut).SequenceEqual(group.InstanceId));
        if (group is not null)
            group.Released = Math.Max(group.Released, int.Parse(payload.AsSpan(cut + 1), CultureInfo.InvariantCulture));
    }

    private void Count(GroupOutcome outcome)
    {
        _outcomes.Add(outcome);
        Progress = Progress with
        {
            ShardsDone = Progress.ShardsDone + outcome.Committed,
            ShardsFailed = Progress.ShardsFailed + outcome.GivenUp,
            RecordsDone = Progress.RecordsDone + outcome.Records,
            RecordsFailed = Progress.RecordsFailed + outcome.Failed,
        };
        context.SetProgress(Progress);
        if (outcome.Failures.Any(failure => ShardGroupWorkflow.WouldFailAgain(failure.Kind)))
            Stop();
    }
}
