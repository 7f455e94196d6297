namespace BatchFunctions.Workflow;

/// <summary>The plan in numbers; the plan itself is in the work folder.</summary>
/// <param name="Shards">The number of shards.</param>
/// <param name="Records">The number of records, where it is known before reading.</param>
public sealed record PlanSummary(int Shards, long? Records);
