using System.Collections.Concurrent;
using BatchFunctions.Tier;

namespace BatchFunctions.Workflow.Activities;

/// <summary>Hands shards to the scoring service while it has room, and waits for none of them.</summary>
internal sealed class DispatchShardsActivity(TierClient? client) : IActivity<DispatchRequest, DispatchOutcome>
{
    private const int AtOnce = 8;

    public async Task<DispatchOutcome> RunAsync(DispatchRequest input, CancellationToken cancellationToken)
    {
        TierClient service = client ?? throw TierChoice.NoService();
        ConcurrentBag<DispatchedShard> taken = [];
        ConcurrentBag<ShardOutcome> committed = [];
        ConcurrentBag<ShardFailure> refused = [];
        TimeSpan? busy = null;
        using var full = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await Parallel.ForEachAsync(input.Shards, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = full.Token }, OrderAsync);
        }
        catch (OperationCanceledException) when (full.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // There is no room; the rest waits.
        }

        return new DispatchOutcome(
            [.. taken.OrderBy(t => t.Shard)], [.. committed.OrderBy(c => c.Shard)], [.. refused.OrderBy(r => r.Shard)], busy);

        // What is under way is let come to its end: a shard that a replica took must be among those that were taken.
        async ValueTask OrderAsync(ShardDispatch shard, CancellationToken _)
        {
            TierAnswer answer;
            try
            {
                answer = await service.OrderAsync(new ShardOrder(input.Job.JobId, shard.Shard, shard.Attempt, shard.BatchDivisor) { TraceParent = input.Job.TraceParent }, cancellationToken);
            }
            catch (BatchFunctionsException failure) when (!ActivityFailedException.IsRetriable(failure.Kind))
            {
                refused.Add(new ShardFailure(shard.Shard, failure.Kind, failure.Message));
                return;
            }

            if (answer.Receipt is not { } receipt)
            {
                busy = answer.RetryAfter;
                await full.CancelAsync();
            }
            else if (receipt.State == ShardReceipt.Committed)
            {
                committed.Add(new ShardOutcome(shard.Shard, receipt.Records ?? 0, receipt.Failed ?? 0, AlreadyCommitted: true));
            }
            else
            {
                taken.Add(new DispatchedShard(shard.Shard, receipt.Attempt, receipt.Replica!, receipt.Beat));
            }
        }
    }
}
