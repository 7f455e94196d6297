namespace BatchFunctions.Workflow;

/// <summary>Asks for shards to be handed to the scoring service.</summary>
/// <param name="Job">Where the job's things are.</param>
/// <param name="Shards">The shards, in the order in which they should be taken.</param>
public sealed record DispatchRequest(JobReference Job, IReadOnlyList<ShardDispatch> Shards);
