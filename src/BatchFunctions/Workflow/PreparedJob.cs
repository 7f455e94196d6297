using BatchFunctions.Tier;

namespace BatchFunctions.Workflow;

/// <summary>What the workflow needs to know of a job once it is pinned.</summary>
/// <param name="Job">Where the job's things are.</param>
/// <param name="RunFolder">The address of the run folder.</param>
/// <param name="Files">The number of files in the snapshot.</param>
/// <param name="Bytes">Their length together.</param>
/// <param name="MaxParallel">How many shards may be scored at once; at least 1.</param>
/// <param name="Retry">How failed activities are tried again.</param>
/// <param name="Deadline">How long the job may take from its start, or null.</param>
/// <param name="HashesSnapshot">Whether the SHA-256 of the snapshot's files is taken.</param>
/// <param name="Tier">How to wait for the scoring service, or null where the activities themselves score.</param>
/// <param name="Notifies">Whether the pipeline names anybody who is told of the job, besides the log.</param>
public sealed record PreparedJob(
    JobReference Job,
    string RunFolder,
    int Files,
    long Bytes,
    int MaxParallel,
    RetryPolicy Retry,
    TimeSpan? Deadline,
    bool HashesSnapshot,
    TierPolicy? Tier = null,
    bool Notifies = true);
