namespace BatchFunctions.Workflow;

/// <summary>A shard that was given up.</summary>
/// <param name="Shard">The shard's number.</param>
/// <param name="Kind">What kind of error ended it.</param>
/// <param name="Message">The error's message.</param>
public sealed record ShardFailure(int Shard, ErrorKind Kind, string Message);
