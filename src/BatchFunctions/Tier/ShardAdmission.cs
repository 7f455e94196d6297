namespace BatchFunctions.Tier;

/// <summary>A replica's answer to an order.</summary>
/// <param name="Kind">What it makes of it.</param>
/// <param name="Receipt">Where the shard is, unless it was refused.</param>
/// <param name="RetryAfter">After how long it is worth asking again, where there is no room.</param>
public sealed record ShardAdmission(AdmissionKind Kind, ShardReceipt? Receipt = null, TimeSpan? RetryAfter = null);
