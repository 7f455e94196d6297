namespace BatchFunctions.Workflow;

/// <summary>Asks for the groups' metrics to be merged and the policy to be applied.</summary>
/// <param name="Job">Where the job's things are.</param>
/// <param name="Shards">The number of shards in the plan.</param>
/// <param name="GroupSize">The number of shards in each group but the last.</param>
/// <param name="StartedAt">When the workflow started.</param>
/// <param name="ScoredAt">When the last shard was done.</param>
/// <param name="DeadlineMissed">Whether the deadline passed.</param>
public sealed record AggregateRequest(
    JobReference Job,
    int Shards,
    int GroupSize,
    DateTimeOffset StartedAt,
    DateTimeOffset ScoredAt,
    bool DeadlineMissed);
