using BatchFunctions.Tier;

namespace BatchFunctions.Workflow;

/// <summary>Asks for a group of neighbouring shards to be scored.</summary>
/// <param name="Job">Where the job's things are.</param>
/// <param name="First">The group's first shard.</param>
/// <param name="Count">The number of shards in the group.</param>
/// <param name="MaxParallel">How many of them may run at once to begin with; the job may grant more while the group runs.</param>
/// <param name="Retry">How failed activities are tried again.</param>
/// <param name="SharesSlots">Whether the group tells the job of slots that it no longer has a shard for.</param>
/// <param name="Only">The shards of the group to score, or null for all. Where it is given, this is the last try.</param>
/// <param name="Tier">How to wait for the scoring service, or null where the activities themselves score.</param>
/// <param name="FirstAttempt">The number of a shard's first dispatch to the scoring service; larger than all that earlier groups of the job used for it.</param>
public sealed record GroupRequest(
    JobReference Job,
    int First,
    int Count,
    int MaxParallel,
    RetryPolicy Retry,
    bool SharesSlots = false,
    IReadOnlyList<int>? Only = null,
    TierPolicy? Tier = null,
    int FirstAttempt = 1);
