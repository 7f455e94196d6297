using BatchFunctions.Metrics;

namespace BatchFunctions.Scoring;

/// <summary>What scoring a shard came to.</summary>
/// <param name="Records">The number of records read.</param>
/// <param name="Scored">The number of rows handed to the predictions' writer.</param>
/// <param name="Failed">The number of lines written to the rejects. Counted apart from the others, so that a record lost between them shows.</param>
/// <param name="Metrics">What the shard adds to the job's metrics.</param>
internal sealed record ShardScores(long Records, long Scored, long Failed, ShardMetrics Metrics);
