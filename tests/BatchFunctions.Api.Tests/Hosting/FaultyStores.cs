using BatchFunctions.Storage;

namespace BatchFunctions.Api.Tests.Hosting;

/// <summary>Stores that do their work until a test says what they shall fail with.</summary>
internal sealed class FaultyStores(IStoreResolver stores) : IStoreResolver
{
    /// <summary>What every listing and look fails with, or null for nothing.</summary>
    public Exception? Fault { get; set; }

    public StoreLocation Resolve(string address, string baseFolder)
    {
        var location = stores.Resolve(address, baseFolder);
        return location with { Store = new FaultyStore(this, location.Store) };
    }

    private sealed class FaultyStore(FaultyStores owner, IObjectStore store) : IObjectStore
    {
        public string Address => store.Address;

        public Task<ObjectProperties?> FindAsync(string key, CancellationToken cancellationToken) =>
            owner.Fault is { } fault ? Task.FromException<ObjectProperties?>(fault) : store.FindAsync(key, cancellationToken);

        public IAsyncEnumerable<ObjectProperties> ListAsync(string prefix, CancellationToken cancellationToken) =>
            owner.Fault is { } fault ? throw fault : store.ListAsync(prefix, cancellationToken);

        public Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken) =>
            owner.Fault is { } fault ? throw fault : store.ListFoldersAsync(folder, cancellationToken);

        public ValueTask ReadAsync(string key, long offset, Memory<byte> buffer, string? etag, CancellationToken cancellationToken) =>
            store.ReadAsync(key, offset, buffer, etag, cancellationToken);

        public Task<Stream> OpenReadAsync(string key, long offset, long? length, string? etag, CancellationToken cancellationToken) =>
            store.OpenReadAsync(key, offset, length, etag, cancellationToken);

        public Task<ObjectProperties?> PutAsync(string key, ReadOnlyMemory<byte> content, PutCondition condition, CancellationToken cancellationToken) =>
            store.PutAsync(key, content, condition, cancellationToken);

        public Task<StagedObject> StageAsync(string folder, CancellationToken cancellationToken) => store.StageAsync(folder, cancellationToken);

        public Task MoveAsync(string key, string newKey, CancellationToken cancellationToken) => store.MoveAsync(key, newKey, cancellationToken);

        public Task DeleteAsync(string key, CancellationToken cancellationToken) => store.DeleteAsync(key, cancellationToken);

        public Task<int> RemoveStaleStagingAsync(string prefix, TimeSpan olderThan, CancellationToken cancellationToken) =>
            store.RemoveStaleStagingAsync(prefix, olderThan, cancellationToken);
    }
}
