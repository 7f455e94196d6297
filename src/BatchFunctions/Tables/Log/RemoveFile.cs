using System.Text.Json.Serialization;

namespace BatchFunctions.Tables.Log;

/// <summary>A data file that belongs to the table no more: the <c>remove</c> action.</summary>
internal sealed class RemoveFile
{
    [JsonPropertyName("path")]
    public string? Path { get; set; }

    /// <summary>When it was removed, in milliseconds since 1970-01-01T00:00Z.</summary>
    [JsonPropertyName("deletionTimestamp")]
    public long? DeletionTimestamp { get; set; }

    [JsonPropertyName("dataChange")]
    public bool DataChange { get; set; }

    /// <summary>Whether <see cref="PartitionValues"/> and <see cref="Size"/> are there.</summary>
    [JsonPropertyName("extendedFileMetadata")]
    public bool? ExtendedFileMetadata { get; set; }

    [JsonPropertyName("partitionValues")]
    public Dictionary<string, string?>? PartitionValues { get; set; }

    [JsonPropertyName("size")]
    public long? Size { get; set; }

    /// <summary>The same file as a checkpoint names it.</summary>
    public RemoveFile WithoutDataChange() => new()
    {
        Path = Path,
        DeletionTimestamp = DeletionTimestamp,
        ExtendedFileMetadata = ExtendedFileMetadata,
        PartitionValues = PartitionValues,
        Size = Size,
    };
}
