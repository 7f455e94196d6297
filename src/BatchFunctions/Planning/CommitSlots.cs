namespace BatchFunctions.Planning;

/// <summary>
/// How many shards of a job are committed while others are scored. A commit waits for the disk some milliseconds, whatever the shard's size: beside
/// shards that take a tenth of a second to score one or two are enough, beside shards of a hundred records it takes many.
/// </summary>
internal static class CommitSlots
{
    private const int ScoredPerCommit = 4;
    private const long BytesPerCommit = 2 << 20;

    /// <summary>The number of slots for commits.</summary>
    /// <param name="shards">The number of shards.</param>
    /// <param name="bytes">The length of the job's input.</param>
    /// <param name="maxParallel">How many shards are scored at once.</param>
    /// <param name="most">The most slots for commits; 0 for none.</param>
    public static int Of(int shards, long bytes, int maxParallel, int most)
    {
        long bySize = BytesPerCommit * shards / Math.Max(1, bytes);
        long byScored = (maxParallel + ScoredPerCommit - 1) / ScoredPerCommit;
        return (int)Math.Min(most, Math.Max(bySize, byScored));
    }
}
