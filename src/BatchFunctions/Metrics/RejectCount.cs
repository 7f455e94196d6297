namespace BatchFunctions.Metrics;

/// <summary>How many records were rejected for one reason in one column.</summary>
/// <param name="Code">The reason: see <see cref="Data.FaultCodes"/>.</param>
/// <param name="Column">The column at fault; null where the whole record is, or where there are too many columns to name.</param>
/// <param name="Records">The number of records.</param>
public sealed record RejectCount(string Code, string? Column, long Records);
