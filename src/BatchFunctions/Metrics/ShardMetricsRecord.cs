using System.Text.Json.Serialization;
using BatchFunctions.Metrics.Challengers;
using BatchFunctions.Metrics.Drift;
using BatchFunctions.Metrics.Evaluations;

namespace BatchFunctions.Metrics;

/// <summary><see cref="ShardMetrics"/> as they are written down.</summary>
internal sealed record ShardMetricsRecord
{
    /// <summary>The number of records read.</summary>
    public required long Records { get; init; }

    /// <summary>The number of records that the filter leaves out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Excluded { get; init; }

    /// <summary>The number of rejects.</summary>
    public required long Failed { get; init; }

    /// <summary>The rejects by reason and column.</summary>
    public required IReadOnlyList<RejectCount> Rejects { get; init; }

    /// <summary>The scores.</summary>
    public required ScoreRecord Scores { get; init; }

    /// <summary>Records by class.</summary>
    public required IReadOnlyDictionary<string, long> Classes { get; init; }

    /// <summary>Records by band.</summary>
    public required IReadOnlyDictionary<string, long> Bands { get; init; }

    /// <summary>Records by action; null without rules.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, long>? Actions { get; init; }
    /// <summary>What drift is measured from, or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DriftRecord? Drift { get; init; }

    /// <summary>What a challenger made of the records, or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChallengerRecord? Challenger { get; init; }

    /// <summary>The time spent, in units of 100 ns.</summary>
    public required long SpentTicks { get; init; }

    /// <summary>Predictions against labels; null where there are none to compare with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EvaluationRecord? Evaluation { get; init; }
}
