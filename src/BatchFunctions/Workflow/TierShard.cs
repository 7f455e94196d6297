namespace BatchFunctions.Workflow;

/// <summary>A shard that the scoring service is to score, as the workflow sees it.</summary>
/// <param name="request">The shard, and what its batch size is divided by.</param>
internal sealed class TierShard(ShardRequest request)
{
    private readonly TaskCompletionSource<ShardOutcome> _end = new();

    public ShardRequest Request => request;

    public Task<ShardOutcome> End => _end.Task;

    /// <summary>Where it is; null while it waits to be dispatched.</summary>
    public DispatchedShard? At { get; set; }

    /// <summary>When it may be dispatched.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>How often it failed.</summary>
    public int Failures { get; set; }

    public void Complete(ShardOutcome outcome) => _end.TrySetResult(outcome);

    public void Fail(Exception failure) => _end.TrySetException(failure);
}
