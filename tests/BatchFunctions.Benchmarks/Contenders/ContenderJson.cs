using System.Text.Json;
using System.Text.Json.Serialization;

namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>How setups and answers are written.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ContenderSetup))]
[JsonSerializable(typeof(ContenderAnswer))]
internal sealed partial class ContenderJson : JsonSerializerContext;
