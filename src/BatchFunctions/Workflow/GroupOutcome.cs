namespace BatchFunctions.Workflow;

/// <summary>What became of a group of shards, in numbers.</summary>
/// <param name="First">The group's first shard.</param>
/// <param name="Count">The number of shards in the group.</param>
/// <param name="Committed">The number of shards committed.</param>
/// <param name="Records">The number of records in them.</param>
/// <param name="Failed">The number of rejects among those.</param>
/// <param name="Failures">The shards given up; at most 20 are named, <paramref name="Count"/> - <paramref name="Committed"/> is how many there are.</param>
public sealed record GroupOutcome(int First, int Count, int Committed, long Records, long Failed, IReadOnlyList<ShardFailure> Failures);
