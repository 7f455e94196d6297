namespace BatchFunctions.Workflow;

/// <summary>What became of shards that the scoring service took. A shard that is in none of the lists is still at work.</summary>
/// <param name="Committed">The shards that are committed.</param>
/// <param name="Failed">The shards that a replica gave up.</param>
/// <param name="HandedBack">The shards whose replica was stopped.</param>
/// <param name="Dropped">The shards that their replica no longer knows of.</param>
/// <param name="Beats">The number of each replica's last heartbeat; 0 where there is none.</param>
public sealed record CheckOutcome(
    IReadOnlyList<ShardOutcome> Committed,
    IReadOnlyList<ShardFailure> Failed,
    IReadOnlyList<int> HandedBack,
    IReadOnlyList<int> Dropped,
    IReadOnlyDictionary<string, long> Beats);
