namespace BatchFunctions.Workflow;

/// <summary>The use of a job's context, which others may use too; the context lives as long as its last lease.</summary>
internal sealed class JobContextLease(JobContext context, Func<ValueTask> release) : IAsyncDisposable
{
    private Func<ValueTask>? _release = release;

    /// <summary>The context. What is borrowed from it has to go back before the lease does.</summary>
    public JobContext Context => context;

    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _release, null)?.Invoke() ?? ValueTask.CompletedTask;
}
