namespace BatchFunctions.Workflow;

/// <summary>A shard on its way to the scoring service.</summary>
/// <param name="Shard">The shard's number.</param>
/// <param name="Attempt">The number of the dispatch.</param>
/// <param name="BatchDivisor">What the planned batch size is divided by.</param>
public sealed record ShardDispatch(int Shard, int Attempt, int BatchDivisor);
