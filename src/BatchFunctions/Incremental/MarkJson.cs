using System.Text.Json.Serialization;

namespace BatchFunctions.Incremental;

/// <summary>How a mark is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InputMark))]
internal sealed partial class MarkJson : JsonSerializerContext
{
    /// <summary>What comes of deleting a damaged mark.</summary>
    public const string Afresh = "to have the next job score everything that the source has";
}
