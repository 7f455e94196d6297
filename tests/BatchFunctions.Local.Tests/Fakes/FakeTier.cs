using System.Collections.Concurrent;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Fakes;

/// <summary>A scoring service that does what the test says with each shard that it is handed.</summary>
internal sealed class FakeTier
{
    /// <summary>What becomes of a shard by the number of the try: <c>committed</c>, <c>handed back</c>, <c>dropped</c>, <c>at work</c>, <c>silent</c>, or a kind of error.</summary>
    public Func<ShardDispatch, int, string> Fate { get; init; } = (_, _) => "committed";

    /// <summary>How many shards it takes in one dispatch.</summary>
    public int Room { get; init; } = int.MaxValue;

    public ConcurrentQueue<ShardDispatch> Taken { get; } = new();

    public ConcurrentQueue<WithdrawRequest> Withdrawals { get; } = new();

    public int Dispatches { get; private set; }

    public int Checks { get; private set; }

    public DispatchOutcome Dispatch(DispatchRequest request)
    {
        Dispatches++;
        var taken = request.Shards.Take(Room).ToArray();
        foreach (var shard in taken)
            Taken.Enqueue(shard);
        return new DispatchOutcome(
            [.. taken.Select(shard => new DispatchedShard(shard.Shard, shard.Attempt, "replica-1", 1))], [], [], taken.Length < request.Shards.Count ? TimeSpan.FromSeconds(1) : null);
    }

    public CheckOutcome Check(CheckRequest request)
    {
        Checks++;
        var fates = request.Shards.ToDictionary(shard => shard.Shard, shard =>
        {
            var tries = Taken.Where(taken => taken.Shard == shard.Shard).ToArray();
            return Fate(tries[^1], tries.Length);
        });
        int[] Of(string fate) => [.. fates.Where(f => f.Value == fate).Select(f => f.Key)];
        return new CheckOutcome(
            [.. Of("committed").Select(shard => new ShardOutcome(shard, 100, 1, false))],
            [.. fates.Where(f => Enum.TryParse<ErrorKind>(f.Value, out _)).Select(f => new ShardFailure(f.Key, Enum.Parse<ErrorKind>(f.Value), "It failed."))],
            Of("handed back"),
            Of("dropped"),
            new Dictionary<string, long> { ["replica-1"] = fates.ContainsValue("at work") ? 7 + Checks : 7 });
    }

    public int Withdraw(WithdrawRequest request)
    {
        Withdrawals.Enqueue(request);
        return request.Through;
    }
}
