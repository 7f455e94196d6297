namespace BatchFunctions.Tier;

/// <summary>A replica's heartbeat: a small file that it writes again and again. A number that no longer grows means that it is dead.</summary>
/// <param name="Replica">The replica.</param>
/// <param name="Number">How often it was written, from 1.</param>
/// <param name="At">When, by the replica's clock.</param>
/// <param name="Shards">What it has in hand.</param>
public sealed record ReplicaBeat(string Replica, long Number, DateTimeOffset At, IReadOnlyList<ShardAtWork> Shards);
