namespace BatchFunctions.Planning;

/// <summary>A run of neighbouring shards of a plan.</summary>
/// <param name="Shards">The shards, in order.</param>
public sealed record PlanPage(IReadOnlyList<Shard> Shards);
