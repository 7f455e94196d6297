using System.Text.Json.Serialization;

namespace BatchFunctions.Triggers;

/// <summary>How the triggers' states are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ArrivalState))]
[JsonSerializable(typeof(ScheduleState))]
[JsonSerializable(typeof(StartedShare))]
internal sealed partial class TriggerJson : JsonSerializerContext;
