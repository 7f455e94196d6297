using System.Collections.Concurrent;
using BatchFunctions.Models;
using BatchFunctions.Telemetry;

namespace BatchFunctions.Workflow;

/// <summary>
/// The jobs that this machine has at hand: what they are pinned to, their model, and scorers with warm buffers. An activity finds
/// them here instead of loading them for each shard.
/// </summary>
internal sealed class JobContexts(JobServices services, ModelSessionCache models, BatchMeter meter) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<JobContext>>> _contexts = new(StringComparer.Ordinal);

    /// <summary>The context of a job, loaded at its first use.</summary>
    public async Task<JobContext> GetAsync(JobReference job, CancellationToken cancellationToken)
    {
        Lazy<Task<JobContext>> entry = _contexts.GetOrAdd(
            job.WorkFolder,
            _ => new Lazy<Task<JobContext>>(() => JobContext.LoadAsync(services, models, meter, job, CancellationToken.None)));
        try
        {
            return await entry.Value.WaitAsync(cancellationToken);
        }
        catch when (entry.IsValueCreated && entry.Value.IsFaulted)
        {
            _contexts.TryRemove(new(job.WorkFolder, entry));
            throw;
        }
    }

    /// <summary>Lets go of a job.</summary>
    public async ValueTask ReleaseAsync(JobReference job)
    {
        if (_contexts.TryRemove(job.WorkFolder, out Lazy<Task<JobContext>>? entry))
            await DisposeAsync(entry);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string key in _contexts.Keys)
            if (_contexts.TryRemove(key, out Lazy<Task<JobContext>>? entry))
                await DisposeAsync(entry);
    }

    private static async ValueTask DisposeAsync(Lazy<Task<JobContext>> entry)
    {
        if (!entry.IsValueCreated)
            return;
        await ((Task)entry.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (entry.Value.IsCompletedSuccessfully)
            await (await entry.Value).DisposeAsync();
    }
}
