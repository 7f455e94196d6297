namespace BatchFunctions.Models;

/// <summary>The use of a session that others use too; dispose of it when done, and the session stays or goes by the cache's own rule.</summary>
public sealed class ModelSessionLease : IDisposable
{
    private Action? _release;

    internal ModelSessionLease(ModelSession session, Action release) => (Session, _release) = (session, release);

    /// <summary>The session; alive as long as the lease is.</summary>
    public ModelSession Session { get; }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
