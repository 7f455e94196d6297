namespace BatchFunctions.Workflow;

/// <summary>The plan in numbers; the plan itself is in the work folder.</summary>
/// <param name="Shards">The number of shards.</param>
/// <param name="Records">The number of records, where it is known before reading.</param>
/// <param name="Committing">How many shards may be at work besides those that are scored, since they are being committed.</param>
public sealed record PlanSummary(int Shards, long? Records, int Committing = 0);
