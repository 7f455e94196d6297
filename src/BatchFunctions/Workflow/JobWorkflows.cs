namespace BatchFunctions.Workflow;

/// <summary>The workflows of a job, by the names under which every engine knows them.</summary>
public static class JobWorkflows
{
    /// <summary>The whole job.</summary>
    public static WorkflowName<JobRequest, JobResult> Job { get; } = new("Job");

    /// <summary>One group of its shards.</summary>
    public static WorkflowName<GroupRequest, GroupOutcome> ShardGroup { get; } = new("ShardGroup");
}
