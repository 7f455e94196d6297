using System.Text.Json.Serialization;

namespace BatchFunctions.Tier;

/// <summary>How the scoring service and those who ask it write JSON: camelCase, enums by name, what is null left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ReplicaBeat))]
[JsonSerializable(typeof(ReplicaDescription))]
[JsonSerializable(typeof(ShardClaim))]
[JsonSerializable(typeof(ShardOrder))]
[JsonSerializable(typeof(ShardReceipt))]
[JsonSerializable(typeof(TierProblem))]
[JsonSerializable(typeof(Withdrawal))]
public sealed partial class TierJson : JsonSerializerContext;
