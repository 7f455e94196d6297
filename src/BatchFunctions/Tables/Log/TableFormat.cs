using System.Text.Json.Serialization;

namespace BatchFunctions.Tables.Log;

/// <summary>The format of a table's data files.</summary>
internal sealed class TableFormat
{
    /// <summary>The only provider that the protocol has.</summary>
    public const string Parquet = "parquet";

    [JsonPropertyName("provider")]
    public string? Provider { get; set; }

    [JsonPropertyName("options")]
    public Dictionary<string, string?>? Options { get; set; }
}
