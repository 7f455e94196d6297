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
}
