using System.Text.Json.Serialization;

namespace BatchFunctions.Metrics.Challengers;

/// <summary><see cref="ChallengerMetrics"/> as they are written down.</summary>
internal sealed record ChallengerRecord
{
    /// <summary>The challenger's own metrics.</summary>
    public required ShardMetricsRecord Own { get; init; }

    /// <summary>The differences.</summary>
    public required ScoreRecord Differences { get; init; }

    /// <summary>The sizes of the differences.</summary>
    public required ScoreRecord Distances { get; init; }

    /// <summary>Triples of the model's class, the challenger's class and the number of records, ascending.</summary>
    public required IReadOnlyList<long[]> Pairs { get; init; }

    /// <summary>The differences by class, or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ClassDifferenceRecord>? ByClass { get; init; }

    /// <summary>How the challenger failed, or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}
