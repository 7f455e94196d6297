namespace BatchFunctions.Workflow;

/// <summary>Names a group of committed shards whose metrics are to be merged.</summary>
/// <param name="Job">Where the job's things are.</param>
/// <param name="First">The group's first shard.</param>
/// <param name="Count">The number of shards in the group.</param>
public sealed record GroupReference(JobReference Job, int First, int Count);
