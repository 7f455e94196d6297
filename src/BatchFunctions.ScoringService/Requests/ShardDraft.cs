using BatchFunctions.Tier;

namespace BatchFunctions.ScoringService.Requests;

/// <summary>The body of <c>POST /shards</c> as it is read.</summary>
internal sealed record ShardDraft
{
    public string? Job { get; init; }

    public int? Shard { get; init; }

    public int? Attempt { get; init; }

    public int? BatchDivisor { get; init; }

    public ShardOrder ToOrder() => new(Job!, Shard!.Value, Attempt ?? 1, BatchDivisor ?? 1);
}
