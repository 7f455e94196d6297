using BatchFunctions.Pipelines;

namespace BatchFunctions.Models;

/// <summary>
/// Sessions by digest: each pinned model is loaded once for all workers, and the most recently used ones stay loaded when nobody uses them, so
/// that the next shard or job finds them. Thread-safe.
/// </summary>
public sealed class ModelSessionCache : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];
    private readonly int _idleSessions;
    private bool _disposed;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="idleSessions">How many sessions stay loaded when nobody uses them. Default: 2.</param>
    public ModelSessionCache(int idleSessions = 2)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(idleSessions);
        _idleSessions = idleSessions;
    }

    /// <summary>How many sessions are loaded, in use or not.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>The batches that models had no memory for.</summary>
    internal BatchLimits Limits { get; } = new();

    /// <summary>Takes the session of a pinned model on the processor, loading it where it is not loaded yet.</summary>
    /// <param name="registry">Where it is loaded from.</param>
    /// <param name="model">The model.</param>
    /// <param name="cancellationToken">Ends the waiting; a load that others wait for goes on.</param>
    /// <exception cref="BatchFunctionsException">It cannot be loaded; the next one who asks tries again.</exception>
    public Task<ModelSessionLease> AcquireAsync(ModelRegistry registry, PinnedModel model, CancellationToken cancellationToken) =>
        AcquireAsync(registry, model, ScoringDevice.Cpu, cancellationToken);

    /// <summary>Takes the session of a pinned model on a device, loading it where it is not loaded yet.</summary>
    /// <param name="registry">Where it is loaded from.</param>
    /// <param name="model">The model.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="cancellationToken">Ends the waiting; a load that others wait for goes on.</param>
    /// <exception cref="BatchFunctionsException">It cannot be loaded; the next one who asks tries again.</exception>
    public async Task<ModelSessionLease> AcquireAsync(ModelRegistry registry, PinnedModel model, ScoringDevice device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(model);
        Entry entry = Take(registry, model, device);
        try
        {
            ModelSession session = await entry.Session.Value.WaitAsync(cancellationToken);
            return new ModelSessionLease(session, () => Release(entry));
        }
        catch
        {
            Release(entry);
            throw;
        }
    }

    /// <summary>Lets go of all sessions that nobody uses; the others go when their last lease does.</summary>
    public void Dispose()
    {
        lock (_lock)
            _disposed = true;
        Trim();
    }

    private Entry Take(ModelRegistry registry, PinnedModel model, ScoringDevice device)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Entry? entry = _entries.Find(e => e.Model == model && e.Device == device && e.Session is not { IsValueCreated: true, Value.IsFaulted: true });
            if (entry is null)
                entry = new Entry(model, device, new(() => LoadAsync(registry, model, device)));
            else
                _entries.Remove(entry);
            // The list is in the order of use, the latest last.
            _entries.Add(entry);
            entry.Users++;
            return entry;
        }
    }

    private Task<ModelSession> LoadAsync(ModelRegistry registry, PinnedModel model, ScoringDevice device)
    {
        Task<ModelSession> load = Task.Run(() => registry.LoadAsync(model, new ModelSessionOptions { Device = device }, CancellationToken.None));
        // Everybody may have stopped waiting by then.
        load.ContinueWith(_ => Trim(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return load;
    }

    private void Release(Entry entry)
    {
        lock (_lock)
            entry.Users--;
        Trim();
    }

    private void Trim()
    {
        List<Entry> gone = [];
        lock (_lock)
        {
            // A load still under way is left alone: whoever gave up waiting for it was not the last to want it, more often than not.
            Entry[] idle = [.. _entries.Where(e => e.Users == 0 && e.Session is { IsValueCreated: true, Value.IsCompleted: true })];
            int healthy = idle.Count(e => e.Session.Value.IsCompletedSuccessfully);
            int excess = _disposed ? healthy : healthy - _idleSessions;
            foreach (Entry entry in idle)
            {
                bool failed = !entry.Session.Value.IsCompletedSuccessfully;
                if (!failed && excess-- <= 0)
                    continue;
                _entries.Remove(entry);
                if (!failed)
                    gone.Add(entry);
            }
        }

        foreach (Entry entry in gone)
            entry.Session.Value.GetAwaiter().GetResult().Dispose();
    }

    private sealed class Entry(PinnedModel model, ScoringDevice device, Lazy<Task<ModelSession>> session)
    {
        public PinnedModel Model { get; } = model;

        public ScoringDevice Device { get; } = device;

        public Lazy<Task<ModelSession>> Session { get; } = session;

        public int Users { get; set; }
    }
}
