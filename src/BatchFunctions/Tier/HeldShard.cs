using BatchFunctions.Workflow;

namespace BatchFunctions.Tier;

/// <summary>A shard that this replica has in hand.</summary>
/// <param name="job">The job.</param>
/// <param name="order">What was asked for.</param>
/// <param name="beat">The number of the first heartbeat that shows it.</param>
internal sealed class HeldShard(JobReference job, ShardOrder order, long beat)
{
    public JobReference Job => job;

    public ShardOrder Order { get; set; } = order;

    public long Beat => beat;

    public bool IsRunning { get; set; }

    /// <summary>Ends the work on it, because its job was stopped, or, while it waits, its replica is.</summary>
    public CancellationTokenSource Unwanted { get; } = new();

    public Task Work { get; set; } = Task.CompletedTask;

    public (string, int) Key => (job.JobId, Order.Shard);

    public ShardReceipt ToReceipt(string replica) =>
        new(ShardId.Of(job.JobId, Order.Shard), IsRunning ? ShardReceipt.Running : ShardReceipt.Queued, Order.Attempt, replica, beat);
}
