namespace BatchFunctions.Workflow;

/// <summary>A shard that the scoring service took.</summary>
/// <param name="Shard">The shard's number.</param>
/// <param name="Attempt">The number of the dispatch.</param>
/// <param name="Replica">The replica that has it.</param>
/// <param name="Beat">The number of the replica's first heartbeat that shows it.</param>
public sealed record DispatchedShard(int Shard, int Attempt, string Replica, long Beat);
