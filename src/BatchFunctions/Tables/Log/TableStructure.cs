using System.Text.Json.Serialization;

namespace BatchFunctions.Tables.Log;

/// <summary>The struct type that <see cref="TableMetadata.SchemaString"/> holds.</summary>
internal sealed class TableStructure
{
    [JsonPropertyName("type")]
    public string Type { get; set; } = "struct";

    [JsonPropertyName("fields")]
    public List<TableField> Fields { get; set; } = [];
}
