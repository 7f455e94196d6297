namespace BatchFunctions.Local;

/// <summary>How the embedded engine is set up.</summary>
public sealed record EmbeddedEngineOptions
{
    /// <summary>
    /// The journal's file; it is made with its folder where it does not exist. Several processes may share it; it must be on a local disk.
    /// </summary>
    public required string JournalPath { get; init; }

    /// <summary>
    /// How many activities of all jobs may run in this process at once. Default: four times the number of processors, at least 32: most of
    /// them wait for the disk, or for their turn to score, since how many shards of one job are scored at once is the job's own limit.
    /// </summary>
    public int MaxConcurrentActivities { get; init; } = Math.Max(32, 4 * Environment.ProcessorCount);

    /// <summary>
    /// How many jobs the engine's queue runs at once; more wait for their turn. Default: the number of processors, at least 2. Each holds a
    /// model session and the buffers of its shards at work.
    /// </summary>
    public int MaxConcurrentJobs { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>How often the journal is asked for what other processes left in it: new jobs, and events such as cancel. Default: 250 ms.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Called before each transaction is committed, so that a test can stop the engine there.</summary>
    internal Action? BeforeCommit { get; init; }

    /// <summary>Called after each transaction was committed and before the workflow hears of it.</summary>
    internal Action? AfterCommit { get; init; }
}
