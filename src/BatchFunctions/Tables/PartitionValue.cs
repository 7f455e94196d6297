using BatchFunctions.Data;

namespace BatchFunctions.Tables;

/// <summary>A partition column and the value that all rows of a publication have.</summary>
/// <param name="Column">The column.</param>
/// <param name="Value">The value as the log holds it: a date as <c>yyyy-MM-dd</c>; null for a null.</param>
public sealed record PartitionValue(Field Column, string? Value);
