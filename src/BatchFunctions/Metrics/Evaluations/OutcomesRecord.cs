using System.Text.Json.Serialization;

namespace BatchFunctions.Metrics.Evaluations;

/// <summary><see cref="Outcomes"/> as they are written down: exactly one of the kinds.</summary>
internal sealed record OutcomesRecord
{
    /// <summary>Two classes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BinaryRecord? Binary { get; init; }

    /// <summary>Several classes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClassRecord? Classes { get; init; }

    /// <summary>Numbers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueRecord? Values { get; init; }
}
