using System.Text.Json.Serialization;

namespace BatchFunctions.Results.Reports;

/// <summary>A file of a snapshot.</summary>
/// <param name="Key">Its key in the source's store.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="ETag">Its ETag.</param>
public sealed record DataSnapshotFile(string Key, long Bytes, [property: JsonPropertyName("etag")] string ETag);
