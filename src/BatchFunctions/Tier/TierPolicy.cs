namespace BatchFunctions.Tier;

/// <summary>How a workflow waits for the scoring service.</summary>
/// <param name="FirstPoll">How long after a dispatch, or after something has happened, it looks.</param>
/// <param name="MaxPoll">The longest wait between two looks, to which the waits grow while nothing happens.</param>
/// <param name="LostAfter">For how long a replica's heartbeat may stand still before its shards are dispatched again.</param>
public sealed record TierPolicy(TimeSpan FirstPoll, TimeSpan MaxPoll, TimeSpan LostAfter);
