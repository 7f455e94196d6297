namespace BatchFunctions.Workflow;

/// <summary>Asks what became of shards that the scoring service took.</summary>
/// <param name="Job">Where the job's things are.</param>
/// <param name="Shards">The shards.</param>
public sealed record CheckRequest(JobReference Job, IReadOnlyList<DispatchedShard> Shards);
