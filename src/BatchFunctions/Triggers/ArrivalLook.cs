using BatchFunctions.Workflow;

namespace BatchFunctions.Triggers;

/// <summary>What one look after arrivals has come to.</summary>
/// <param name="Now">The time of the look.</param>
/// <param name="Starts">The jobs that were started.</param>
/// <param name="Failures">What failed.</param>
internal sealed record ArrivalLook(DateTimeOffset Now, List<JobStart> Starts, TriggerFailures Failures);
