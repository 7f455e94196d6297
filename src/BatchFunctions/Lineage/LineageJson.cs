using System.Text.Json;
using System.Text.Json.Serialization;
using BatchFunctions.Models;

namespace BatchFunctions.Lineage;

/// <summary>How the files of <see cref="ModelUses"/> are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    NewLine = "\n",
    Converters = [typeof(StageConverter)])]
[JsonSerializable(typeof(ModelUse))]
internal sealed partial class LineageJson : JsonSerializerContext
{
    private sealed class StageConverter() : JsonStringEnumConverter<ModelStage>(JsonNamingPolicy.SnakeCaseLower);
}
