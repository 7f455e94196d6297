namespace BatchFunctions.Tier;

/// <summary>What came of an order.</summary>
/// <param name="Receipt">What a replica says; null where all are busy.</param>
/// <param name="RetryAfter">After how long it is worth asking again, where all are busy.</param>
internal sealed record TierAnswer(ShardReceipt? Receipt, TimeSpan? RetryAfter);
