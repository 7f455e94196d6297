using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BatchFunctions.Tables.Log;

/// <summary>How the log is written as JSON.</summary>
[JsonSerializable(typeof(LogEntry))]
[JsonSerializable(typeof(LastCheckpoint))]
[JsonSerializable(typeof(TableStructure))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(List<string>))]
internal sealed partial class LogJson : JsonSerializerContext
{
    /// <summary>Without members that are null, and with quotes and letters of every language as short as they can be.</summary>
    public static LogJson Lines { get; } = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
