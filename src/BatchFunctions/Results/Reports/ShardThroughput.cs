namespace BatchFunctions.Results.Reports;

/// <summary>How fast a shard was scored.</summary>
/// <param name="Shard">The shard's number.</param>
/// <param name="Records">The number of records read.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ShardThroughput(int Shard, long Records, double Seconds);
