namespace BatchFunctions.Tier;

/// <summary>A shard that a replica has in hand.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Shard">The shard's number.</param>
/// <param name="Attempt">The number of the dispatch.</param>
/// <param name="IsRunning">Whether it is being scored, and not waiting.</param>
public sealed record ShardAtWork(string Job, int Shard, int Attempt, bool IsRunning);
