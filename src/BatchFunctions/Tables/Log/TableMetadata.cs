using System.Text.Json.Serialization;

namespace BatchFunctions.Tables.Log;

/// <summary>What a table's rows are like: the <c>metaData</c> action.</summary>
internal sealed class TableMetadata
{
    [JsonPropertyName("id")]
    public string? Id { get; set; }

    [JsonPropertyName("name")]
    public string? Name { get; set; }

    [JsonPropertyName("description")]
    public string? Description { get; set; }

    [JsonPropertyName("format")]
    public TableFormat? Format { get; set; }

    [JsonPropertyName("schemaString")]
    public string? SchemaString { get; set; }

    [JsonPropertyName("partitionColumns")]
    public List<string>? PartitionColumns { get; set; }

    [JsonPropertyName("configuration")]
    public Dictionary<string, string?>? Configuration { get; set; }

    /// <summary>Milliseconds since 1970-01-01T00:00Z.</summary>
    [JsonPropertyName("createdTime")]
    public long? CreatedTime { get; set; }

    /// <summary>A setting of the table, or null.</summary>
    public string? Setting(string name) => Configuration?.GetValueOrDefault(name);

    /// <summary>The same with another schema.</summary>
    public TableMetadata WithSchema(string schema) => new()
    {
        Id = Id,
        Name = Name,
        Description = Description,
        Format = Format,
        SchemaString = schema,
        PartitionColumns = PartitionColumns,
        Configuration = Configuration,
        CreatedTime = CreatedTime,
    };
}
