using BatchFunctions.Metrics;

namespace BatchFunctions.Results;

/// <summary>
/// What makes a shard's parts count. It is written once, with put-if-absent: of several runs of the same shard exactly one counts.
/// </summary>
public sealed record CommitRecord
{
    /// <summary>The shard's number.</summary>
    public required int Shard { get; init; }

    /// <summary>The number of records read that the filter lets through.</summary>
    public required long Records { get; init; }

    /// <summary>The number of records that <c>source.filter</c> leaves out, whether they were read or not.</summary>
    public long Excluded { get; init; }

    /// <summary>The number of them with a score.</summary>
    public required long Scored { get; init; }

    /// <summary>The number of rejects; <see cref="Records"/> = <see cref="Scored"/> + <see cref="Failed"/>.</summary>
    public required long Failed { get; init; }

    /// <summary>The predictions.</summary>
    public required Part Predictions { get; init; }

    /// <summary>The rejects, or null where there are none.</summary>
    public Part? Rejects { get; init; }

    /// <summary>What the shard adds to the job's metrics.</summary>
    public required ShardMetrics Metrics { get; init; }

    /// <summary>Rows handed to one model run; less than planned after memory trouble.</summary>
    public required int BatchSize { get; init; }

    /// <summary>How long scoring took, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>When the shard was committed.</summary>
    public required DateTimeOffset CommittedAt { get; init; }
}
