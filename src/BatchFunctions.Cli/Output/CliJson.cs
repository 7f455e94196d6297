using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using BatchFunctions.Incremental;
using BatchFunctions.Retention;
using BatchFunctions.Tables;

namespace BatchFunctions.Cli.Output;

/// <summary>The JSON that scripts read: camelCase, one line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JobSummary))]
[JsonSerializable(typeof(JobView))]
[JsonSerializable(typeof(IReadOnlyList<JobView>))]
[JsonSerializable(typeof(PlanView))]
[JsonSerializable(typeof(ReportView))]
[JsonSerializable(typeof(CancelView))]
[JsonSerializable(typeof(ServeView))]
[JsonSerializable(typeof(SubmitView))]
[JsonSerializable(typeof(VerificationView))]
[JsonSerializable(typeof(ArchiveRecord))]
[JsonSerializable(typeof(CleanView))]
[JsonSerializable(typeof(ModelView))]
[JsonSerializable(typeof(ModelCheckView))]
[JsonSerializable(typeof(ModelLineageView))]
[JsonSerializable(typeof(LineageView))]
[JsonSerializable(typeof(IReadOnlyList<ModelStepView>))]
[JsonSerializable(typeof(ManifestView))]
[JsonSerializable(typeof(BaselineView))]
[JsonSerializable(typeof(IReadOnlyList<ModelView>))]
[JsonSerializable(typeof(TableView))]
[JsonSerializable(typeof(IReadOnlyList<TableView>))]
[JsonSerializable(typeof(IReadOnlyList<TableChange>))]
[JsonSerializable(typeof(VacuumResult))]
[JsonSerializable(typeof(MarkView))]
internal sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>Writes <paramref name="value"/> as one line, letters beyond ASCII as they are.</summary>
    public static void Write<T>(TextWriter writer, T value, JsonTypeInfo<T> type)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            JsonSerializer.Serialize(json, value, type);
        writer.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }
}
