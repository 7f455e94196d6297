namespace BatchFunctions.Api.Documents;

/// <summary>Some of a job's shards.</summary>
/// <param name="Total">The number of shards planned; 0 before the plan.</param>
/// <param name="Shards">The shards, in order.</param>
/// <param name="Next">What to give as <c>from</c> for the next page; left out where there are no more.</param>
public sealed record ApiShardPage(int Total, IReadOnlyList<ApiShard> Shards, int? Next);
