using System.Globalization;

namespace BatchFunctions.Workflow;

/// <summary>
/// Scores the shards of one group with bounded parallelism. A shard that runs out of memory is tried again with half the batch size; one
/// that fails of something that would fail every shard stops the group.
/// </summary>
public sealed class ShardGroupWorkflow : IWorkflow<GroupRequest, GroupOutcome>
{
    /// <summary>The event that stops the group: it starts no more shards.</summary>
    public const string StopEvent = "stop";

    /// <summary>The event that tells the group how many slots it was given in all.</summary>
    public const string GrantedEvent = "granted";

    /// <summary>The event by which the group tells the job how many slots it has given back in all: its instance id, a space, the number.</summary>
    public const string ReleasedEvent = "released";

    /// <summary>What a batch is divided by at most when memory runs out: 64.</summary>
    public const int MaxBatchDivisor = 64;

    private const int MaxFailuresNamed = 20;
    private const int MaxMessageLength = 400;

    private readonly List<Task> _running = [];
    private readonly List<ShardFailure> _failures = [];
    private readonly List<ShardFailure> _again = [];
    private IWorkflowContext _context = null!;
    private GroupRequest _request = null!;
    private TierDispatch? _tier;
    private int _committed;
    private long _records;
    private long _failed;
    private int _released;
    private bool _stopping;

    /// <summary>Whether an error of <paramref name="kind"/> in one shard would come back in every other.</summary>
    internal static bool WouldFailAgain(ErrorKind kind) =>
        kind is ErrorKind.Request or ErrorKind.Integrity or ErrorKind.Policy or ErrorKind.Environment;

    /// <inheritdoc/>
    public async Task<GroupOutcome> RunAsync(IWorkflowContext context, GroupRequest input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        (_context, _request) = (context, input);
        _tier = input.Tier is null ? null : new TierDispatch(context, input);
        using var ended = new CancellationTokenSource();
        var stop = context.WaitForEventAsync(StopEvent, ended.Token);
        var granted = context.WaitForEventAsync(GrantedEvent, ended.Token);

        var shards = input.Only ?? [.. Enumerable.Range(input.First, input.Count)];
        var (next, slots) = (0, input.MaxParallel);
        while (true)
        {
            while (!_stopping && next < shards.Count && _running.Count < slots)
                _running.Add(ScoreAsync(shards[next++]));
            if (_stopping)
                _tier?.Stop();
            _tier?.Start();
            if (_running.Count == 0)
                break;
            if (input.SharesSlots && next == shards.Count)
                ReleaseIdle(slots);

            await Task.WhenAny(_stopping ? [.. _running, granted] : [.. _running, granted, stop]);
            _stopping |= stop.IsCompleted;
            if (granted.IsCompleted)
            {
                slots = Math.Max(slots, int.Parse(await granted, CultureInfo.InvariantCulture));
                granted = context.WaitForEventAsync(GrantedEvent, ended.Token);
            }

            foreach (var shard in _running.FindAll(shard => shard.IsCompleted))
            {
                _running.Remove(shard);
                await shard;
            }
        }

        ended.Cancel();
        return Outcome();
    }

    private async Task ScoreAsync(int shard)
    {
        for (var divisor = 1; ; divisor *= 2)
        {
            try
            {
                var request = new ShardRequest(_request.Job, shard, divisor);
                var outcome = _tier is null
                    ? await _context.CallActivityAsync(JobActivities.ScoreShard, request, _request.Retry)
                    : await _tier.ScoreAsync(request);
                _committed++;
                _records += outcome.Records;
                _failed += outcome.Failed;
                break;
            }
            catch (ActivityFailedException failure) when (failure.Kind == ErrorKind.Memory && divisor < MaxBatchDivisor)
            {
                // Tried again below with half the batch size.
            }
            catch (ActivityFailedException failure)
            {
                Note(new ShardFailure(shard, failure.Kind, Shorten(failure.Message)));
                break;
            }
        }

        _context.SetProgress(new JobProgress(
            "Score", _request.Count, _committed, _failures.Count, RecordsDone: _records, RecordsFailed: _failed));
    }

    private void Note(ShardFailure failure)
    {
        var passing = ActivityFailedException.IsRetriable(failure.Kind);
        (passing && _request.Only is null ? _again : _failures).Add(failure);
        _stopping |= WouldFailAgain(failure.Kind);
    }

    private void ReleaseIdle(int slots)
    {
        // In steps of at least a third of what is held, so that a group sends few events however many slots it has.
        var idle = slots - _released - _running.Count;
        if (idle == 0 || idle * 2 < _running.Count)
            return;
        _released += idle;
        _context.SendEvent(
            _request.Job.JobId,
            ReleasedEvent,
            string.Create(CultureInfo.InvariantCulture, $"{_context.InstanceId} {_released}"));
    }

    private GroupOutcome Outcome()
    {
        var again = _again.OrderBy(failure => failure.Shard).ToArray();
        return new GroupOutcome(
            _request.First,
            _request.Count,
            _committed,
            _records,
            _failed,
            _failures.Count,
            [.. _failures.OrderBy(failure => !WouldFailAgain(failure.Kind)).ThenBy(failure => failure.Shard).Take(MaxFailuresNamed)],
            [.. again.Select(failure => failure.Shard)],
            again.FirstOrDefault());
    }

    private static string Shorten(string message) =>
        message.Length <= MaxMessageLength ? message : string.Concat(message.AsSpan(0, MaxMessageLength - 1), "…");
}
