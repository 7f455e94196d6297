namespace BatchFunctions.Workflow;

/// <summary>What became of a group of shards, in numbers.</summary>
/// <param name="First">The group's first shard.</param>
/// <param name="Count">The number of shards in the group.</param>
/// <param name="Committed">The number of shards committed.</param>
/// <param name="Records">The number of records in them.</param>
/// <param name="Failed">The number of rejects among those.</param>
/// <param name="GivenUp">The number of shards given up for good.</param>
/// <param name="Failures">At most 20 of these: those that stopped the group first, then by number.</param>
/// <param name="Again">The shards that failed of something that may pass, so that a later try makes sense.</param>
/// <param name="AgainFailure">What the first of these failed of, or null where there is none.</param>
public sealed record GroupOutcome(
    int First,
    int Count,
    int Committed,
    long Records,
    long Failed,
    int GivenUp,
    IReadOnlyList<ShardFailure> Failures,
    IReadOnlyList<int> Again,
    ShardFailure? AgainFailure);
