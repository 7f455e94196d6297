namespace BatchFunctions.Workflow;

/// <summary>A group of shards at work, as the job sees it.</summary>
internal sealed class GroupRun(string instanceId, GroupRequest request, Task<GroupOutcome> task)
{
    public string InstanceId { get; } = instanceId;

    public Task<GroupOutcome> Task { get; } = task;

    public int Shards { get; } = request.Only?.Count ?? request.Count;

    /// <summary>How many slots it was given in all.</summary>
    public int Granted { get; set; } = request.MaxParallel;

    /// <summary>How many of them it has given back, which it does only when it has no shard left to start.</summary>
    public int Released { get; set; }

    public int Held => Granted - Released;

    public int Wanted => Released > 0 ? 0 : Shards - Granted;
}
