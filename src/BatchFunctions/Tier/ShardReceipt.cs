namespace BatchFunctions.Tier;

/// <summary>What a replica says of a shard.</summary>
/// <param name="Id">The shard's id: job, a dot, number.</param>
/// <param name="State"><c>queued</c>, <c>running</c>, <c>committed</c>, <c>failed</c>, <c>handed_back</c>, or <c>lost</c> where its replica's heart no longer beats.</param>
/// <param name="Attempt">The number of the dispatch that this is about; 0 for a shard that was committed.</param>
/// <param name="Replica">The replica that has it; null for a shard that was committed.</param>
/// <param name="Beat">The number of the replica's first heartbeat that shows it.</param>
/// <param name="Records">The number of records in it, where it is committed.</param>
/// <param name="Failed">The number of rejects among them, where it is committed.</param>
/// <param name="Kind">What kind of error ended it, where it failed.</param>
/// <param name="Error">The error's message, where it failed.</param>
public sealed record ShardReceipt(
    string Id,
    string State,
    int Attempt = 0,
    string? Replica = null,
    long Beat = 0,
    long? Records = null,
    long? Failed = null,
    ErrorKind? Kind = null,
    string? Error = null)
{
    /// <summary>The state of a shard that waits in a replica.</summary>
    public const string Queued = "queued";

    /// <summary>The state of a shard that is being scored.</summary>
    public const string Running = "running";

    /// <summary>The state of a shard that counts.</summary>
    public const string Committed = "committed";

    /// <summary>The state of a shard that a replica gave up.</summary>
    public const string GivenUp = "failed";

    /// <summary>The state of a shard whose replica was stopped before it could commit it.</summary>
    public const string HandedBack = "handed_back";

    /// <summary>The state of a shard whose replica's heart no longer beats.</summary>
    public const string Lost = "lost";
}
