using System.Text.Json.Serialization;
using Parquet.Serialization.Attributes;

namespace BatchFunctions.Tables.Log;

/// <summary>A line of a commit, or a row of a checkpoint: one action, the others null. Actions that no reader of rows needs are passed over.</summary>
internal sealed class LogEntry
{
    [JsonPropertyName("commitInfo")]
    [ParquetIgnore]
    public CommitInfo? CommitInfo { get; set; }

    [JsonPropertyName("protocol")]
    public TableProtocol? Protocol { get; set; }

    [JsonPropertyName("metaData")]
    public TableMetadata? Metadata { get; set; }

    [JsonPropertyName("txn")]
    public TableTransaction? Transaction { get; set; }

    [JsonPropertyName("remove")]
    public RemoveFile? Remove { get; set; }

    [JsonPropertyName("add")]
    public AddFile? Add { get; set; }
}
