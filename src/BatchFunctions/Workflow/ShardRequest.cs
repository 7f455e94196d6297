namespace BatchFunctions.Workflow;

/// <summary>Asks for one shard to be scored.</summary>
/// <param name="Job">Where the job's things are.</param>
/// <param name="Shard">The shard's number.</param>
/// <param name="BatchDivisor">What the planned batch size is divided by: 1, or a power of 2 after memory trouble.</param>
public sealed record ShardRequest(JobReference Job, int Shard, int BatchDivisor = 1);
