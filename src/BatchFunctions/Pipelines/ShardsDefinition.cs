using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>How the snapshot is split: the <c>shards</c> key.</summary>
public sealed record ShardsDefinition
{
    /// <summary>The number of records that a shard should have; it has more where a Parquet row group does. Default: 250,000.</summary>
    [Key(Min = 1)]
    public long TargetRows { get; init; } = 250_000;

    /// <summary>
    /// How many shards are scored at once. On one machine, shards that are scored and wait for the disk to have them do not count. Default: the number of
    /// processors on one machine, 32 in Azure.
    /// </summary>
    [Key(Min = 1, Max = 10_000)]
    public int? MaxParallel { get; init; }
}
