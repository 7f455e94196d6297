using BatchFunctions.Metrics;

namespace BatchFunctions.Scoring;

/// <summary>What scoring a shard came to.</summary>
/// <param name="Records">The number of records read.</param>
/// <param name="Failed">The number of rejects.</param>
/// <param name="Metrics">What the shard adds to the job's metrics.</param>
internal sealed record ShardScores(long Records, long Failed, ShardMetrics Metrics)
{
    /// <summary>The number of records with a score.</summary>
    public long Scored => Records - Failed;
}
