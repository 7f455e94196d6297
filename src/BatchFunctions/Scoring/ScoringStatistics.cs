using BatchFunctions.Metrics;

namespace BatchFunctions.Scoring;

/// <summary>What scoring came to.</summary>
/// <param name="Records">The number of records read; scored + failed.</param>
/// <param name="Scored">The number of them with a score.</param>
/// <param name="Failed">The number of rejects.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Metrics">Scores, classes, bands and reasons of rejects in detail.</param>
public sealed record ScoringStatistics(long Records, long Scored, long Failed, TimeSpan Elapsed, ShardMetrics Metrics)
{
    /// <summary>Records a second, or 0 where no time was measured.</summary>
    public double RecordsPerSecond => Elapsed > TimeSpan.Zero ? Records / Elapsed.TotalSeconds : 0;
}
