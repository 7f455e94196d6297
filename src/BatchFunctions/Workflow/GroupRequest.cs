namespace BatchFunctions.Workflow;

/// <summary>Asks for a group of neighbouring shards to be scored.</summary>
/// <param name="Job">Where the job's things are.</param>
/// <param name="First">The group's first shard.</param>
/// <param name="Count">The number of shards in the group.</param>
/// <param name="MaxParallel">How many of them may run at once.</param>
/// <param name="Retry">How failed activities are tried again.</param>
public sealed record GroupRequest(JobReference Job, int First, int Count, int MaxParallel, RetryPolicy Retry);
