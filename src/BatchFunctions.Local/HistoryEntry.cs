namespace BatchFunctions.Local;

/// <summary>A line of an instance's history.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Step">The number of the step that it happened to; -1 for an event that arrived.</param>
/// <param name="Name">The name of the activity, the workflow or the event.</param>
/// <param name="Payload">The output or the failure as JSON, or the event's payload.</param>
/// <param name="At">When.</param>
internal readonly record struct HistoryEntry(HistoryKind Kind, int Step, string Name, string? Payload, DateTimeOffset At);
