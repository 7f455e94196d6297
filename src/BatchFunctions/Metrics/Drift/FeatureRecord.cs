using System.Text.Json.Serialization;

namespace BatchFunctions.Metrics.Drift;

/// <summary><see cref="FeatureCounts"/> as they are written down.</summary>
internal sealed record FeatureRecord
{
    /// <summary>The counts by bin, as <see cref="SparseCounts"/> packs them.</summary>
    public required IReadOnlyList<long> Bins { get; init; }

    /// <summary>The number of missing values.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Missing { get; init; }

    /// <summary>The values that are no category; null for numbers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, long>? Unknown { get; init; }
}
