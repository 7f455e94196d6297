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
internal sealed partial class TriggerJson : JsonSerializerContext
{
    /// <summary>What comes of deleting a damaged state.</summary>
    public const string Afresh = "to have the trigger start afresh";
}
