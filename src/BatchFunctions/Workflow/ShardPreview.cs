namespace BatchFunctions.Workflow;

/// <summary>A shard that a job would have.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Files">The files that it covers, in whole or in part.</param>
/// <param name="Records">The number of its records, or null where compressed text hides it.</param>
public sealed record ShardPreview(int Index, IReadOnlyList<string> Files, long? Records);
