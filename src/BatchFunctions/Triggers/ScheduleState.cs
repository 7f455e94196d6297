namespace BatchFunctions.Triggers;

/// <summary>How far a pipeline's schedule has been followed.</summary>
/// <param name="Schedule">The expression that was followed; null after the pipeline gave its schedule up.</param>
/// <param name="SettledUntil">Every due time up to this one was started or passed over.</param>
internal sealed record ScheduleState(string? Schedule, DateTimeOffset SettledUntil);
