using System.Text.Json.Serialization;

namespace BatchFunctions.Metrics.Drift;

/// <summary><see cref="DriftCounts"/> as they are written down.</summary>
internal sealed record DriftRecord
{
    /// <summary>The features, in the order of the plan.</summary>
    public required IReadOnlyList<FeatureRecord> Features { get; init; }

    /// <summary>The scores, or null where the baseline has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FeatureRecord? Score { get; init; }
}
