using System.Text.Json.Serialization;

namespace BatchFunctions.Tables.Log;

/// <summary>What a reader and a writer must know of the protocol to work with a table: the <c>protocol</c> action.</summary>
internal sealed class TableProtocol
{
    [JsonPropertyName("minReaderVersion")]
    public int MinReaderVersion { get; set; }

    [JsonPropertyName("minWriterVersion")]
    public int MinWriterVersion { get; set; }

    [JsonPropertyName("readerFeatures")]
    public List<string>? ReaderFeatures { get; set; }

    [JsonPropertyName("writerFeatures")]
    public List<string>? WriterFeatures { get; set; }
}
