using System.Text.Json;
using System.Text.Json.Serialization;

namespace BatchFunctions.Workflow;

/// <summary>How what travels through an engine is written as JSON: compact, camelCase, enums by name. The same on every engine.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = false)]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ActivityFailure))]
[JsonSerializable(typeof(AggregateOutcome))]
[JsonSerializable(typeof(AggregateRequest))]
[JsonSerializable(typeof(CheckOutcome))]
[JsonSerializable(typeof(CheckRequest))]
[JsonSerializable(typeof(DispatchOutcome))]
[JsonSerializable(typeof(DispatchRequest))]
[JsonSerializable(typeof(EndRequest))]
[JsonSerializable(typeof(GroupOutcome))]
[JsonSerializable(typeof(GroupReference))]
[JsonSerializable(typeof(GroupRequest))]
[JsonSerializable(typeof(JobEvent))]
[JsonSerializable(typeof(JobProgress))]
[JsonSerializable(typeof(JobRecord))]
[JsonSerializable(typeof(JobReference))]
[JsonSerializable(typeof(JobRequest))]
[JsonSerializable(typeof(JobResult))]
[JsonSerializable(typeof(PlanSummary))]
[JsonSerializable(typeof(PreparedJob))]
[JsonSerializable(typeof(ShardOutcome))]
[JsonSerializable(typeof(ShardRequest))]
[JsonSerializable(typeof(WithdrawRequest))]
public sealed partial class WorkflowJson : JsonSerializerContext;
