namespace BatchFunctions.Tier;

/// <summary>How much a replica of the scoring service takes on.</summary>
public sealed record ReplicaOptions
{
    /// <summary>How many shards it scores at once. Default: the number of processors.</summary>
    public int MaxRunning { get; init; } = Environment.ProcessorCount;

    /// <summary>How many more it takes, so that the next one is at hand when one is done. Default: half as many as are scored at once, at least 1.</summary>
    public int MaxQueued { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>
    /// The share of the memory that the process may have, above which it takes no further shard while it has one in hand. Default: 0.8.
    /// </summary>
    public double MaxMemoryShare { get; init; } = 0.8;

    /// <summary>Tells the share of the memory in use. Default: what the process holds, of what the machine or its container allows.</summary>
    public Func<double> MemoryShare { get; init; } = () => (double)Environment.WorkingSet / GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>How often it writes its heartbeat while nothing changes. Default: 2 s.</summary>
    public TimeSpan BeatInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How soon after a heartbeat the next one may tell of a change. Default: 0.2 s.</summary>
    public TimeSpan BeatSpacing { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>After how long without a heartbeat of its replica a shard is called lost. Default: 45 s.</summary>
    public TimeSpan LostAfter { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long, once it is told to stop, it goes on with what it scores; what only waits is handed back at once. Default: 0, it breaks off.</summary>
    public TimeSpan DrainLimit { get; init; }

    /// <summary>For how long it counts as at work when its last shard is done, and as full when it refused one last. Default: 1 min.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long what a shard came to may take to be written down. Default: 15 s.</summary>
    public TimeSpan SettleLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Finds what is wrong with them.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a number makes no sense.</exception>
    public void EnsureValid()
    {
        if (MaxRunning < 1 || MaxQueued < 0 || MaxMemoryShare is not (> 0 and <= 1) || BeatInterval <= TimeSpan.Zero || LostAfter <= 2 * BeatInterval || DrainLimit < TimeSpan.Zero)
            throw new BatchFunctionsException(ErrorKind.Request, "The replica's limits make no sense: it scores at least 1 shard at once, queues 0 or more, a share of memory is above 0 and at most 1, and the time to stop in is 0 or more.");
    }
}
