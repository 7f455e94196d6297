using System.Text.Json.Serialization;

namespace BatchFunctions.Models.Mlflow;

/// <summary>How MLflow's REST API writes JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MlflowAnswer))]
internal sealed partial class MlflowJson : JsonSerializerContext;
