namespace BatchFunctions.Workflow;

/// <summary>Asks the scoring service to let go of a job's shards.</summary>
/// <param name="Job">Where the job's things are.</param>
/// <param name="Through">The largest number of the dispatches that are not wanted any more.</param>
public sealed record WithdrawRequest(JobReference Job, int Through);
