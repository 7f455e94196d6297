using System.Text.Json;
using System.Text.Json.Serialization;

namespace BatchFunctions.Tables.Log;

/// <summary>Who made a version, and what with: the <c>commitInfo</c> action.</summary>
internal sealed class CommitInfo
{
    /// <summary>Milliseconds since 1970-01-01T00:00Z.</summary>
    [JsonPropertyName("timestamp")]
    public long? Timestamp { get; set; }

    [JsonPropertyName("operation")]
    public string? Operation { get; set; }

    [JsonPropertyName("operationParameters")]
    public Dictionary<string, JsonElement>? OperationParameters { get; set; }

    [JsonPropertyName("operationMetrics")]
    public Dictionary<string, JsonElement>? OperationMetrics { get; set; }

    [JsonPropertyName("engineInfo")]
    public string? EngineInfo { get; set; }

    [JsonPropertyName("isBlindAppend")]
    public bool? IsBlindAppend { get; set; }

    /// <summary>The job that the rows come from.</summary>
    [JsonPropertyName("jobId")]
    public string? JobId { get; set; }
}
