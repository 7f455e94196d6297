namespace BatchFunctions.Workflow;

/// <summary>What became of a shard, in numbers; parts and metrics are in its commit record.</summary>
/// <param name="Shard">The shard's number.</param>
/// <param name="Records">The number of records read.</param>
/// <param name="Failed">The number of rejects among them.</param>
/// <param name="AlreadyCommitted">Whether an earlier run had committed it, so that nothing was scored now.</param>
public sealed record ShardOutcome(int Shard, long Records, long Failed, bool AlreadyCommitted);
