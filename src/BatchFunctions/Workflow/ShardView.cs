using BatchFunctions.Results;

namespace BatchFunctions.Workflow;

/// <summary>A shard as those see it who watch a job.</summary>
/// <param name="Shard">Its number, from 0, in the input's order.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Records">The number of records read, or planned where it is pending; null where compressed text hides it until then.</param>
/// <param name="Commit">What it was committed with, or null where it is pending.</param>
public sealed record ShardView(int Shard, ShardState State, long? Records, CommitRecord? Commit);
