namespace BatchFunctions.Workflow;

/// <summary>The activities that the job workflow calls, by the names under which every engine knows them.</summary>
public static class JobActivities
{
    /// <summary>Loads the pipeline, resolves and pins the model, pins the snapshot, refuses what is wrong.</summary>
    public static ActivityName<JobRequest, PreparedJob> Prepare { get; } = new("Prepare");

    /// <summary>Compares every file's schema with what the model and the pipeline ask for.</summary>
    public static ActivityName<JobReference, int> Validate { get; } = new("Validate");

    /// <summary>Cuts the snapshot into shards and writes the plan.</summary>
    public static ActivityName<JobReference, PlanSummary> Plan { get; } = new("Plan");

    /// <summary>Writes down the SHA-256 of the snapshot's files; gives their number.</summary>
    public static ActivityName<JobReference, int> HashSnapshot { get; } = new("HashSnapshot");

    /// <summary>Scores one shard and commits it, unless it is committed already.</summary>
    public static ActivityName<ShardRequest, ShardOutcome> ScoreShard { get; } = new("ScoreShard");

    /// <summary>Hands shards to the scoring service, as far as it has room, and waits for none of them.</summary>
    public static ActivityName<DispatchRequest, DispatchOutcome> DispatchShards { get; } = new("DispatchShards");

    /// <summary>Looks what became of shards that the scoring service took.</summary>
    public static ActivityName<CheckRequest, CheckOutcome> CheckShards { get; } = new("CheckShards");

    /// <summary>Has the scoring service let go of a job's shards; gives the largest number of the dispatches that it no longer works on.</summary>
    public static ActivityName<WithdrawRequest, int> WithdrawShards { get; } = new("WithdrawShards");

    /// <summary>Merges the metrics of one group of shards; gives the number of shards merged.</summary>
    public static ActivityName<GroupReference, int> AggregateGroup { get; } = new("AggregateGroup");

    /// <summary>Merges the groups' metrics and applies the policy.</summary>
    public static ActivityName<AggregateRequest, AggregateOutcome> Aggregate { get; } = new("Aggregate");

    /// <summary>Checks that every record and every shard is accounted for exactly once; gives the number of parts checked.</summary>
    public static ActivityName<JobReference, int> Verify { get; } = new("Verify");

    /// <summary>Publishes what was verified.</summary>
    public static ActivityName<EndRequest, JobResult> Publish { get; } = new("Publish");

    /// <summary>Writes down why a job failed or was cancelled, and publishes nothing.</summary>
    public static ActivityName<EndRequest, JobResult> Fail { get; } = new("Fail");

    /// <summary>Tells those who asked to be told. Never fails the job.</summary>
    public static ActivityName<JobEvent, int> Notify { get; } = new("Notify");

    /// <summary>Removes what nobody needs any more. Never fails the job.</summary>
    public static ActivityName<JobReference, int> CleanUp { get; } = new("CleanUp");
}
