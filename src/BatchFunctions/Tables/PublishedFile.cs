namespace BatchFunctions.Tables;

/// <summary>A Parquet file to add to a table.</summary>
/// <param name="Key">Its key in the store that it comes from.</param>
/// <param name="Name">The name that it gets inside its partition's folder; no file of another publication may have it.</param>
public sealed record PublishedFile(string Key, string Name);
