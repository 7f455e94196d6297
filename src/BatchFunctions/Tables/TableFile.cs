namespace BatchFunctions.Tables;

/// <summary>A data file of a table.</summary>
/// <param name="Key">Its key in the table's store.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Rows">The number of its rows, or null where the log does not tell.</param>
/// <param name="Partition">The values of the partition columns by name, as text; null for a null.</param>
public sealed record TableFile(string Key, long Length, long? Rows, IReadOnlyDictionary<string, string?> Partition);
