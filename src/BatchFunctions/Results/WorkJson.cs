using System.Text.Json;
using System.Text.Json.Serialization;
using BatchFunctions.Monitoring;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Views;

namespace BatchFunctions.Results;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ArrivalList))]
[JsonSerializable(typeof(JobDefinition))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(Plan))]
[JsonSerializable(typeof(PlanPage))]
[JsonSerializable(typeof(CommitRecord))]
[JsonSerializable(typeof(GroupRecord))]
[JsonSerializable(typeof(SnapshotHashes))]
[JsonSerializable(typeof(long[]))]
[JsonSerializable(typeof(PipelineDefinition))]
[JsonSerializable(typeof(ViewRecord))]
[JsonSerializable(typeof(Findings))]
internal sealed partial class WorkJson : JsonSerializerContext;
