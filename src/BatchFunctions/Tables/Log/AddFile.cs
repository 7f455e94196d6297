using System.Text.Json;
using System.Text.Json.Serialization;
using Parquet.Serialization.Attributes;

namespace BatchFunctions.Tables.Log;

/// <summary>A data file that belongs to the table: the <c>add</c> action.</summary>
internal sealed class AddFile
{
    /// <summary>Where the file stands, relative to the table, percent-encoded as in a URI.</summary>
    [JsonPropertyName("path")]
    public string? Path { get; set; }

    /// <summary>The values of the partition columns as text; null, or an empty text, for a null.</summary>
    [JsonPropertyName("partitionValues")]
    public Dictionary<string, string?>? PartitionValues { get; set; }

    /// <summary>The file's length in bytes.</summary>
    [JsonPropertyName("size")]
    public long Size { get; set; }

    /// <summary>When the file was made, in milliseconds since 1970-01-01T00:00Z.</summary>
    [JsonPropertyName("modificationTime")]
    public long ModificationTime { get; set; }

    /// <summary>Whether the file brings new rows; false for one that holds rows in another order, say.</summary>
    [JsonPropertyName("dataChange")]
    public bool DataChange { get; set; }

    /// <summary>The statistics of the file's columns, as JSON.</summary>
    [JsonPropertyName("stats")]
    public string? Stats { get; set; }

    [JsonPropertyName("tags")]
    public Dictionary<string, string?>? Tags { get; set; }

    /// <summary>Which of the file's rows are deleted. Only looked at to refuse the table: we neither read nor write such files.</summary>
    [JsonPropertyName("deletionVector")]
    [ParquetIgnore]
    public JsonElement? DeletionVector { get; set; }

    /// <summary>The same file as a checkpoint names it.</summary>
    public AddFile WithoutDataChange() => new()
    {
        Path = Path,
        PartitionValues = PartitionValues,
        Size = Size,
        ModificationTime = ModificationTime,
        Stats = Stats,
        Tags = Tags,
        DeletionVector = DeletionVector,
    };
}
