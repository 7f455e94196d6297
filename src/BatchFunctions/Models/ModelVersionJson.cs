using System.Text.Json.Serialization;

namespace BatchFunctions.Models;

/// <summary>How <c>registration.json</c> is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n", RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ModelVersion))]
internal sealed partial class ModelVersionJson : JsonSerializerContext;
