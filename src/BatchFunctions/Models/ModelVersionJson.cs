using System.Text.Json;
using System.Text.Json.Serialization;

namespace BatchFunctions.Models;

/// <summary>How <c>registration.json</c> and the steps in <c>history</c> are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    NewLine = "\n",
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(StageConverter)])]
[JsonSerializable(typeof(ModelVersion))]
[JsonSerializable(typeof(StageChange))]
internal sealed partial class ModelVersionJson : JsonSerializerContext
{
    private sealed class StageConverter() : JsonStringEnumConverter<ModelStage>(JsonNamingPolicy.SnakeCaseLower);
}
