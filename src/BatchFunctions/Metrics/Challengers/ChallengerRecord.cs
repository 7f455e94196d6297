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

    /// <summary>The records by both decisions.</summary>
    public required IReadOnlyList<long> Decisions { get; init; }

    /// <summary>How the challenger failed, or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}
