using System.Text.Json.Serialization;

namespace BatchFunctions.Tables.Log;

/// <summary>How far an application has got with a table: the <c>txn</c> action.</summary>
internal sealed class TableTransaction
{
    [JsonPropertyName("appId")]
    public string? AppId { get; set; }

    [JsonPropertyName("version")]
    public long Version { get; set; }

    /// <summary>Milliseconds since 1970-01-01T00:00Z.</summary>
    [JsonPropertyName("lastUpdated")]
    public long? LastUpdated { get; set; }
}
