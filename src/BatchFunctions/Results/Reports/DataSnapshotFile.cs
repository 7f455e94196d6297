using System.Text.Json.Serialization;

namespace BatchFunctions.Results.Reports;

/// <summary>A file of a snapshot.</summary>
/// <param name="Key">Its key in the source's store.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="ETag">Its ETag.</param>
/// <param name="Sha256">The SHA-256 of its content, in lower-case hex; null where the job did not take it: see <see cref="Pipelines.SourceDefinition.Hash"/>.</param>
public sealed record DataSnapshotFile(
    string Key,
    long Bytes,
    [property: JsonPropertyName("etag")] string ETag,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Sha256 = null);
