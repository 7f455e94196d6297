using System.Text.Json.Serialization;

namespace BatchFunctions.Tables.Log;

/// <summary>The content of <c>_last_checkpoint</c>: where readers start.</summary>
internal sealed class LastCheckpoint
{
    [JsonPropertyName("version")]
    public long Version { get; set; }

    /// <summary>The number of actions in the checkpoint.</summary>
    [JsonPropertyName("size")]
    public long Size { get; set; }

    /// <summary>The number of files of a checkpoint in several.</summary>
    [JsonPropertyName("parts")]
    public int? Parts { get; set; }
}
