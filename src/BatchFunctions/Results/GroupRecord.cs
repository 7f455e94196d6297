using BatchFunctions.Metrics;

namespace BatchFunctions.Results;

/// <summary>A group of committed shards brought together: one node of the tree by which a job's metrics are merged.</summary>
public sealed record GroupRecord
{
    /// <summary>The group's first shard.</summary>
    public required int First { get; init; }

    /// <summary>The number of shards.</summary>
    public required int Count { get; init; }

    /// <summary>The number of records read.</summary>
    public required long Records { get; init; }

    /// <summary>The number of them with a score.</summary>
    public required long Scored { get; init; }

    /// <summary>The number of rejects.</summary>
    public required long Failed { get; init; }

    /// <summary>The shards' metrics, merged in the shards' order.</summary>
    public required ShardMetrics Metrics { get; init; }

    /// <summary>The shards in order.</summary>
    public required IReadOnlyList<GroupShard> Shards { get; init; }

    /// <summary>Brings commit records together.</summary>
    /// <param name="commits">At least one, in the shards' order.</param>
    public static GroupRecord Of(IReadOnlyList<CommitRecord> commits)
    {
        ArgumentNullException.ThrowIfNull(commits);
        var metrics = new ShardMetrics(commits[0].Metrics.Scores.Scale);
        foreach (CommitRecord commit in commits)
            metrics.Merge(commit.Metrics);
        return new GroupRecord
        {
            First = commits[0].Shard,
            Count = commits.Count,
            Records = commits.Sum(c => c.Records),
            Scored = commits.Sum(c => c.Scored),
            Failed = commits.Sum(c => c.Failed),
            Metrics = metrics,
            Shards = [.. commits.Select(c => new GroupShard(c.Shard, c.Records, c.Predictions, c.Rejects, c.BatchSize, c.Seconds, c.Excluded))],
        };
    }
}
