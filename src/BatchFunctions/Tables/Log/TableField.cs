using System.Text.Json;
using System.Text.Json.Serialization;

namespace BatchFunctions.Tables.Log;

/// <summary>A column of a table as its log names it.</summary>
internal sealed class TableField
{
    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    /// <summary>The name of a primitive type, or an object for a nested one.</summary>
    [JsonPropertyName("type")]
    public JsonElement Type { get; set; }

    [JsonPropertyName("nullable")]
    public bool Nullable { get; set; } = true;

    [JsonPropertyName("metadata")]
    public Dictionary<string, JsonElement> Metadata { get; set; } = [];
}
