using System.Text.Json.Serialization;

namespace BatchFunctions.Metrics;

/// <summary>How metrics are written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ShardMetricsRecord))]
internal sealed partial class MetricsJson : JsonSerializerContext;
