namespace BatchFunctions.Cli.Progress;

/// <summary>How far a job is, as it is shown.</summary>
/// <param name="Step">The step at work.</param>
/// <param name="ShardsDone">The number of shards committed.</param>
/// <param name="ShardsTotal">The number of shards planned; 0 before the plan.</param>
/// <param name="ShardsFailed">The number of shards given up.</param>
/// <param name="Rows">The number of records scored or rejected so far, also in shards that are not committed yet.</param>
/// <param name="RowsTotal">The number of records planned, where known.</param>
/// <param name="Rejects">The number of rejects so far.</param>
/// <param name="RowsPerSecond">The speed of the last seconds; 0 where there is none yet.</param>
/// <param name="TimeLeft">The time until the last shard, where it can be guessed.</param>
/// <param name="Elapsed">The time since the command began to watch.</param>
internal readonly record struct ProgressView(
    string Step,
    int ShardsDone,
    int ShardsTotal,
    int ShardsFailed,
    long Rows,
    long? RowsTotal,
    long Rejects,
    double RowsPerSecond,
    TimeSpan? TimeLeft,
    TimeSpan Elapsed)
{
    /// <summary>The share of the scoring that is done, 0 to 1.</summary>
    public double Fraction =>
        RowsTotal is > 0 and var rows ? Math.Min(1, (double)Rows / rows)
        : ShardsTotal > 0 ? (double)ShardsDone / ShardsTotal
        : 0;
}
