namespace BatchFunctions.Workflow;

/// <summary>What came of a dispatch. A shard that is in none of the lists found no room and waits.</summary>
/// <param name="Taken">The shards that replicas took.</param>
/// <param name="Committed">The shards that were committed already.</param>
/// <param name="Refused">The shards that the service refuses for good.</param>
/// <param name="RetryAfter">After how long it is worth asking again, where there was no room.</param>
public sealed record DispatchOutcome(
    IReadOnlyList<DispatchedShard> Taken, IReadOnlyList<ShardOutcome> Committed, IReadOnlyList<ShardFailure> Refused, TimeSpan? RetryAfter);
