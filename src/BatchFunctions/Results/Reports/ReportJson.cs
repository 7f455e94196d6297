using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Results.Evaluations;

namespace BatchFunctions.Results.Reports;

/// <summary>How the run folder's own files are written as JSON.</summary>
[JsonSerializable(typeof(SummaryMetrics))]
[JsonSerializable(typeof(RunMetadata))]
[JsonSerializable(typeof(EvaluationReport))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>Indented, snake_case, with the same line breaks on every system, and letters of every language as they are.</summary>
    public static ReportJson Files { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters =
        {
            new JsonStringEnumConverter<Workflow.JobStatus>(),
            new JsonStringEnumConverter<EvaluationTask>(JsonNamingPolicy.SnakeCaseLower),
            new JsonStringEnumConverter<Monitoring.AlarmKind>(JsonNamingPolicy.SnakeCaseLower),
        },
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Reads one of the files.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: it is damaged.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type, string file)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, type) ?? throw new JsonException("It holds nothing.");
        }
        catch (JsonException e)
        {
            throw new BatchFunctionsException(ErrorKind.Integrity, $"{file} is damaged: {e.Message}", e);
        }
    }
}
