using System.Collections.Concurrent;
using BatchFunctions.Results;
using BatchFunctions.Tier;

namespace BatchFunctions.Workflow.Activities;

/// <summary>Looks at the heartbeats of the replicas that have shards, and closer only at those shards that these no longer show.</summary>
internal sealed class CheckShardsActivity(JobServices services) : IActivity<CheckRequest, CheckOutcome>
{
    private const int ReadsAtOnce = 16;

    public async Task<CheckOutcome> RunAsync(CheckRequest input, CancellationToken cancellationToken)
    {
        var files = new TierFiles(services);
        WorkFolder work = services.WorkFolderOf(input.Job);
        ConcurrentDictionary<string, ReplicaBeat?> beats = [];
        ConcurrentBag<ShardOutcome> committed = [];
        ConcurrentBag<ShardFailure> failed = [];
        ConcurrentBag<int> handedBack = [], dropped = [];
        var options = new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            input.Shards.Select(s => s.Replica).Distinct(StringComparer.Ordinal), options, async (replica, token) => beats[replica] = await files.FindBeatAsync(replica, token));
        var shown = beats.Values.OfType<ReplicaBeat>()
            .SelectMany(b => b.Shards.Where(s => s.Job == input.Job.JobId).Select(s => (b.Replica, s.Shard)))
            .ToHashSet();

        await Parallel.ForEachAsync(input.Shards.Where(s => !shown.Contains((s.Replica, s.Shard))), options, async (shard, token) =>
        {
            if (await work.FindCommitAsync(shard.Shard, token) is { } commit)
            {
                committed.Add(new ShardOutcome(commit.Shard, commit.Records, commit.Failed, AlreadyCommitted: false));
                return;
            }

            (ShardClaim? claim, _) = await files.FindClaimAsync(input.Job, shard.Shard, token);
            if (claim is { State: ClaimState.Failed } && claim.Attempt == shard.Attempt)
                failed.Add(new ShardFailure(shard.Shard, claim.Kind ?? ErrorKind.Internal, claim.Message ?? "The scoring service gave no reason."));
            else if (claim is { State: ClaimState.HandedBack } && claim.Attempt == shard.Attempt)
                handedBack.Add(shard.Shard);
            else if (claim is null || claim.Attempt != shard.Attempt || beats[shard.Replica] is not { } beat || beat.Number >= claim.Beat)
                dropped.Add(shard.Shard);
        });
        return new CheckOutcome(
            [.. committed.OrderBy(c => c.Shard)],
            [.. failed.OrderBy(f => f.Shard)],
            [.. handedBack.Order()],
            [.. dropped.Order()],
            beats.ToDictionary(b => b.Key, b => b.Value?.Number ?? 0));
    }
}
