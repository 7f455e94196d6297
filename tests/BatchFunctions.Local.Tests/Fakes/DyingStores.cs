using BatchFunctions.Storage;

namespace BatchFunctions.Local.Tests.Fakes;

/// <summary>Stores of a process that dies after so many changes: from then on nothing that it does reaches them.</summary>
internal sealed class DyingStores(IStoreResolver stores, int changes) : IStoreResolver
{
    private int _left = changes;

    /// <summary>Whether the process has died.</summary>
    public bool IsDead => Volatile.Read(ref _left) < 0;

    /// <summary>How many changes it has left.</summary>
    public int Left => Volatile.Read(ref _left);

    public StoreLocation Resolve(string address, string baseFolder)
    {
        StoreLocation location = stores.Resolve(address, baseFolder);
        return location with { Store = new DyingStore(this, location.Store) };
    }

    private void Live()
    {
        if (IsDead)
            throw new DeathException();
    }

    private void Change()
    {
        if (Interlocked.Decrement(ref _left) < 0)
            throw new DeathException();
    }

    public sealed class DeathException() : Exception("The process has died.");

    private sealed class DyingStore(DyingStores owner, IObjectStore store) : IObjectStore
    {
        public string Address => store.Address;

        public Task<ObjectProperties?> FindAsync(string key, CancellationToken cancellationToken)
        {
            owner.Live();
            return store.FindAsync(key, cancellationToken);
        }

        public IAsyncEnumerable<ObjectProperties> ListAsync(string prefix, CancellationToken cancellationToken)
        {
            owner.Live();
            return store.ListAsync(prefix, cancellationToken);
        }

        public Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellationToken)
        {
            owner.Live();
            return store.ListFoldersAsync(prefix, cancellationToken);
        }

        public ValueTask ReadAsync(string key, long offset, Memory<byte> buffer, string? etag, CancellationToken cancellationToken)
        {
            owner.Live();
            return store.ReadAsync(key, offset, buffer, etag, cancellationToken);
        }

        public Task<Stream> OpenReadAsync(string key, long offset, long? length, string? etag, CancellationToken cancellationToken)
        {
            owner.Live();
            return store.OpenReadAsync(key, offset, length, etag, cancellationToken);
        }

        public Task<ObjectProperties?> PutAsync(string key, ReadOnlyMemory<byte> content, PutCondition condition, CancellationToken cancellationToken)
        {
            owner.Change();
            return store.PutAsync(key, content, condition, cancellationToken);
        }

        public Task<StagedObject> StageAsync(string folder, CancellationToken cancellationToken)
        {
            owner.Change();
            return store.StageAsync(folder, cancellationToken);
        }

        public Task MoveAsync(string key, string newKey, CancellationToken cancellationToken)
        {
            owner.Change();
            return store.MoveAsync(key, newKey, cancellationToken);
        }

        public Task CopyAsync(IObjectStore source, string sourceKey, string key, CancellationToken cancellationToken)
        {
            owner.Change();
            return store.CopyAsync(source, sourceKey, key, cancellationToken);
        }

        public Task DeleteAsync(string key, CancellationToken cancellationToken)
        {
            owner.Change();
            return store.DeleteAsync(key, cancellationToken);
        }

        public Task<int> RemoveStaleStagingAsync(string prefix, TimeSpan olderThan, CancellationToken cancellationToken)
        {
            owner.Change();
            return store.RemoveStaleStagingAsync(prefix, olderThan, cancellationToken);
        }
    }
}
