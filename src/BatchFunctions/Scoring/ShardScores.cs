using BatchFunctions.Metrics;

namespace BatchFunctions.Scoring;

/// <summary>What scoring a shard came to.</summary>
/// <param name="Records">The number of records read that the filter lets through.</param>
/// <param name="Excluded">The number of those that it does not, and of those that were not even read for it.</param>
/// <param name="Scored">The number of rows handed to the predictions' writer.</param>
/// <param name="Failed">The number of lines written to the rejects. Counted apart from the others, so that a record lost between them shows.</param>
/// <param name="Metrics">What the shard adds to the job's metrics.</param>
internal sealed record ShardScores(long Records, long Excluded, long Scored, long Failed, ShardMetrics Metrics);
