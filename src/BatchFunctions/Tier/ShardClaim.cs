namespace BatchFunctions.Tier;

/// <summary>Who scores a shard: a small file beside the job's commit records, so that whoever asks any replica is told the same.</summary>
/// <param name="Shard">The shard's number.</param>
/// <param name="Attempt">The number of the dispatch that it answers; a later one takes the place of an earlier.</param>
/// <param name="BatchDivisor">What the planned batch size is divided by.</param>
/// <param name="Replica">The replica that has it.</param>
/// <param name="Beat">The number of the replica's first heartbeat that shows it.</param>
/// <param name="State">How far it is; a commit record counts more.</param>
/// <param name="Kind">What kind of error ended it, where it failed.</param>
/// <param name="Message">The error's message, where it failed.</param>
/// <param name="At">When this was written, by the replica's clock.</param>
public sealed record ShardClaim(
    int Shard,
    int Attempt,
    int BatchDivisor,
    string Replica,
    long Beat,
    ClaimState State,
    DateTimeOffset At,
    ErrorKind? Kind = null,
    string? Message = null);
