using BatchFunctions.Models;
using BatchFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Workflow;

/// <summary>
/// The jobs that this machine has at hand: what they are pinned to, their model, and scorers with warm buffers. An activity finds
/// them here instead of loading them for each shard. A context goes when its job is released here, or when nobody has used it for a
/// while, since the step that releases the job may run on another machine; but never under somebody who uses it.
/// </summary>
internal sealed class JobContexts(JobServices services, ModelSessionCache models, BatchMeter meter) : IAsyncDisposable
{
    private readonly ILogger _logger = services.Loggers.CreateLogger("BatchFunctions.Jobs");
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <summary>How many contexts are at hand.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>Takes the context of a job, loading it where it is not loaded yet.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Ends the waiting; a load that others wait for goes on.</param>
    public async Task<JobContextLease> AcquireAsync(JobReference job, CancellationToken cancellationToken)
    {
        Entry entry = Take(job);
        try
        {
            JobContext context = await entry.Context.Value.WaitAsync(cancellationToken);
            return new JobContextLease(context, () => GiveBackAsync(entry));
        }
        catch
        {
            await GiveBackAsync(entry);
            throw;
        }
    }

    /// <summary>Lets go of a job; those who use it now may go on.</summary>
    public async ValueTask ReleaseAsync(JobReference job)
    {
        Entry? gone;
        lock (_lock)
        {
            if (!_entries.TryGetValue(job.WorkFolder, out gone) || !Remove(gone))
                return;
        }

        await gone.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Entry[] gone;
        lock (_lock)
        {
            _disposed = true;
            gone = [.. _entries.Values.ToArray().Where(Remove)];
        }

        foreach (Entry entry in gone)
            await entry.DisposeAsync();
    }

    private Entry Take(JobReference job)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_entries.TryGetValue(job.WorkFolder, out Entry? entry) && entry.HasFailed)
            {
                Remove(entry);
                entry = null;
            }

            if (entry is null)
            {
                entry = new Entry(job.WorkFolder, () => JobContext.LoadAsync(services, models, meter, job, CancellationToken.None));
                entry.Idle = services.Time.CreateTimer(_ => Evict(entry), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _entries.Add(job.WorkFolder, entry);
            }

            if (entry.Users++ == 0)
                entry.Idle!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return entry;
        }
    }

    private ValueTask GiveBackAsync(Entry entry)
    {
        lock (_lock)
        {
            if (--entry.Users > 0)
                return ValueTask.CompletedTask;
            if (!entry.IsGone)
            {
                entry.IdleSince = services.Time.GetTimestamp();
                entry.Idle!.Change(services.ContextIdleTime, Timeout.InfiniteTimeSpan);
                return ValueTask.CompletedTask;
            }
        }

        return entry.DisposeAsync();
    }

    private void Evict(Entry entry)
    {
        lock (_lock)
        {
            if (entry.IsGone || entry.Users > 0)
                return;

            // Between the timer and the lock somebody may have used it; and a timer may fire a moment early.
            TimeSpan left = services.ContextIdleTime - services.Time.GetElapsedTime(entry.IdleSince);
            if (left > TimeSpan.Zero)
            {
                entry.Idle!.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            Remove(entry);
        }

        _ = LetGoAsync(entry);
    }

    private async Task LetGoAsync(Entry entry)
    {
        try
        {
            await entry.DisposeAsync();
            _logger.LogDebug("What was loaded for {WorkFolder} was let go of, as nobody used it.", entry.WorkFolder);
        }
        catch (Exception failure)
        {
            _logger.LogWarning(failure, "What was loaded for {WorkFolder} could not be let go of.", entry.WorkFolder);
        }
    }

    /// <summary>Takes an entry out, under the lock; gives whether it is to be disposed of now.</summary>
    private bool Remove(Entry entry)
    {
        if (!entry.IsGone)
            _entries.Remove(entry.WorkFolder);
        entry.IsGone = true;
        entry.Idle!.Dispose();
        return entry.Users == 0;
    }

    private sealed class Entry(string workFolder, Func<Task<JobContext>> load)
    {
        public string WorkFolder { get; } = workFolder;

        public Lazy<Task<JobContext>> Context { get; } = new(load);

        public int Users { get; set; }

        public ITimer? Idle { get; set; }

        public long IdleSince { get; set; }

        /// <summary>Whether it is out of the table; whoever takes the last use of it away disposes of it.</summary>
        public bool IsGone { get; set; }

        /// <summary>Whether it could not be loaded; it is loaded anew for the next one who asks.</summary>
        public bool HasFailed => Context is { IsValueCreated: true, Value: { IsCompleted: true, IsCompletedSuccessfully: false } };

        public async ValueTask DisposeAsync()
        {
            if (!Context.IsValueCreated)
                return;
            await ((Task)Context.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (Context.Value.IsCompletedSuccessfully)
                await (await Context.Value).DisposeAsync();
        }
    }
}
