using System.Text.Json;
using System.Text.Json.Serialization;

namespace BatchFunctions.Retention;

/// <summary>How the audit log and the records of archives are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n", Converters = [typeof(ActionConverter)])]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(ArchiveRecord))]
internal sealed partial class RetentionJson : JsonSerializerContext
{
    private sealed class ActionConverter() : JsonStringEnumConverter<AuditAction>(JsonNamingPolicy.SnakeCaseLower);
}
