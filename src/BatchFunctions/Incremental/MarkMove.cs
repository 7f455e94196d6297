namespace BatchFunctions.Incremental;

/// <summary>A move of a pipeline's mark.</summary>
/// <param name="By">The job that published, or who moved it by hand.</param>
/// <param name="At">When.</param>
/// <param name="Files">How many versions of files were added to it; null for a table.</param>
/// <param name="Version">The version of the table that it moved to; null for files.</param>
/// <param name="Reason">Why it was moved by hand, or null.</param>
public sealed record MarkMove(string By, DateTimeOffset At, int? Files, long? Version, string? Reason);
