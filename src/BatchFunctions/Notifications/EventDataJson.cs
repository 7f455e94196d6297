using System.Text.Json;
using System.Text.Json.Serialization;

namespace BatchFunctions.Notifications;

/// <summary>How the data of events is written.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventData))]
internal sealed partial class EventDataJson : JsonSerializerContext;
