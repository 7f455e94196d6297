namespace BatchFunctions.Workflow;

/// <summary>How far a job is.</summary>
/// <param name="Step">The step at work: Prepare, Validate, Plan, Score, Aggregate, Verify, Publish, Notify, CleanUp.</param>
/// <param name="ShardsTotal">The number of shards planned; 0 before the plan.</param>
/// <param name="ShardsDone">The number of shards committed.</param>
/// <param name="ShardsFailed">The number of shards given up.</param>
/// <param name="RecordsTotal">The number of records planned, where known.</param>
/// <param name="RecordsDone">The number of records in committed shards, rejects among them.</param>
/// <param name="RecordsFailed">The number of rejects in committed shards.</param>
public sealed record JobProgress(
    string Step,
    int ShardsTotal = 0,
    int ShardsDone = 0,
    int ShardsFailed = 0,
    long? RecordsTotal = null,
    long RecordsDone = 0,
    long RecordsFailed = 0);
