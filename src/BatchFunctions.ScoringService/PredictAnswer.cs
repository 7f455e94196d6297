using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using BatchFunctions.Scoring;
using BatchFunctions.Scoring.Online;

namespace BatchFunctions.ScoringService;

/// <summary>Writes scores as JSON: each row as a job would write its columns.</summary>
internal static class PredictAnswer
{
    private static readonly JsonWriterOptions Letters = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(OnlineScores scores)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Letters))
        {
            json.WriteStartObject();
            json.WriteString("model", scores.Model);
            json.WriteString("modelSha256", scores.ModelSha256);
            json.WriteStartArray("rows");
            foreach (var row in scores.Rows)
                Write(json, row);
            json.WriteEndArray();
            if (scores.UnusedColumns.Count > 0)
            {
                json.WriteStartArray("unusedColumns");
                foreach (var column in scores.UnusedColumns)
                    json.WriteStringValue(column);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, OnlineRow row)
    {
        json.WriteStartObject();
        if (row.IsExcluded)
            json.WriteBoolean("excluded", true);
        if (row.Error is { } error)
            json.WriteString("error", error);
        if (row.Values is { } values)
        {
            json.WriteStartObject("values");
            foreach (var (name, value) in values)
            {
                json.WritePropertyName(name);
                ValuesJson.WriteValue(json, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
