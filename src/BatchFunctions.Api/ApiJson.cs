using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using BatchFunctions.Api.Documents;

namespace BatchFunctions.Api;

/// <summary>The JSON of the API: camelCase, enums by name, and what is null left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ApiJobRequest))]
[JsonSerializable(typeof(ApiReprocessRequest))]
[JsonSerializable(typeof(ApiJob))]
[JsonSerializable(typeof(ApiJobPage))]
[JsonSerializable(typeof(ApiShardPage))]
[JsonSerializable(typeof(ApiPipelineList))]
[JsonSerializable(typeof(ApiModelList))]
[JsonSerializable(typeof(ApiHealth))]
[JsonSerializable(typeof(ApiProblem))]
public sealed partial class ApiJson : JsonSerializerContext
{
    // Bodies say that they are JSON in UTF-8, and are never part of a page.
    private static readonly JsonWriterOptions Letters = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a document, letters as they are.</summary>
    internal static ReadOnlyMemory<byte> Write<T>(T document, JsonTypeInfo<T> type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Letters))
            JsonSerializer.Serialize(json, document, type);
        return buffer.WrittenMemory;
    }
}
