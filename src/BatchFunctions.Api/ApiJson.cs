using System.Text.Json.Serialization;
using BatchFunctions.Api.Documents;

namespace BatchFunctions.Api;

/// <summary>The JSON of the API: camelCase, enums by name, and what is null left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ApiJobRequest))]
[JsonSerializable(typeof(ApiJob))]
[JsonSerializable(typeof(ApiJobPage))]
[JsonSerializable(typeof(ApiShardPage))]
[JsonSerializable(typeof(ApiPipelineList))]
[JsonSerializable(typeof(ApiModelList))]
[JsonSerializable(typeof(ApiHealth))]
[JsonSerializable(typeof(ApiProblem))]
public sealed partial class ApiJson : JsonSerializerContext;
