using System.Text.Json;
using System.Text.Json.Serialization;

namespace BatchFunctions.Metrics;

/// <summary>Writes <see cref="ShardMetrics"/> as snake_case JSON without loss, wherever they stand in a document.</summary>
public sealed class ShardMetricsConverter : JsonConverter<ShardMetrics>
{
    /// <inheritdoc/>
    public override ShardMetrics Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize(ref reader, MetricsJson.Default.ShardMetricsRecord) is { } record
                ? ShardMetrics.FromRecord(record)
                : throw new JsonException("There are no metrics here.");
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ShardMetrics value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(value);
        JsonSerializer.Serialize(writer, value.ToRecord(), MetricsJson.Default.ShardMetricsRecord);
    }
}
