namespace BatchFunctions.Workflow;

/// <summary>Some of a job's shards.</summary>
/// <param name="Total">The number of shards planned; 0 before the plan.</param>
/// <param name="Shards">The shards, in order.</param>
public sealed record ShardPage(int Total, IReadOnlyList<ShardView> Shards);
