using BatchFunctions.Metrics;
using BatchFunctions.Results.Evaluations;

namespace BatchFunctions.Results.Reports;

/// <summary>All that the reports of a job show.</summary>
public sealed record RunReport
{
    /// <summary>The job in numbers.</summary>
    public required SummaryMetrics Summary { get; init; }

    /// <summary>Where its output comes from.</summary>
    public required RunMetadata Metadata { get; init; }

    /// <summary>The address of the run folder.</summary>
    public required string RunFolder { get; init; }

    /// <summary>The scores in fine ranges, for the chart: see <see cref="HistogramOf"/>. Empty for none.</summary>
    public IReadOnlyList<ScoreBucket> Histogram { get; init; } = [];

    /// <summary>What the predictions were worth; null where there were no labels.</summary>
    public EvaluationReport? Evaluation { get; init; }

    /// <summary>How fast the shards were, in their order. Empty for none.</summary>
    public IReadOnlyList<ShardThroughput> Throughput { get; init; } = [];

    /// <summary>The ranges that <see cref="Histogram"/> should have: a hundred over [0, 1], else up to fifty.</summary>
    public static IReadOnlyList<ScoreBucket> HistogramOf(ShardMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return metrics.Scores.Distribution(metrics.Scores.Scale == ScoreScale.Unit ? 100 : 50);
    }
}
