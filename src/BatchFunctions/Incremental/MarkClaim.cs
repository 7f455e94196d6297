namespace BatchFunctions.Incremental;

/// <summary>What a job scores that is about to publish, or has not come to the end of it.</summary>
/// <param name="JobId">The job.</param>
/// <param name="At">When it began to publish.</param>
/// <param name="Files">The files that it has scored; empty for a table's.</param>
/// <param name="Table">How far the table is scored with it; null for files.</param>
/// <param name="After">The version of the table that it goes on from; null for files, and for a table from its beginning.</param>
public sealed record MarkClaim(string JobId, DateTimeOffset At, IReadOnlyList<MarkedFile> Files, MarkedTable? Table, long? After);
