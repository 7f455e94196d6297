namespace BatchFunctions.Workflow;

/// <summary>Where a shard stands.</summary>
public enum ShardState
{
    /// <summary>Not scored yet, or being scored.</summary>
    Pending,

    /// <summary>Scored, and counted.</summary>
    Committed,
}
