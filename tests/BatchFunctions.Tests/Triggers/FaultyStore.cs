using System.Runtime.CompilerServices;
using BatchFunctions.Storage;

namespace BatchFunctions.Tests.Triggers;

/// <summary>A store whose calls fail in an outage.</summary>
internal sealed class FaultyStore(IObjectStore inner, Outage outage) : IObjectStore
{
    public string Address => inner.Address;

    public Task<ObjectProperties?> FindAsync(string key, CancellationToken cancellationToken) =>
        outage.CallAsync(() => inner.FindAsync(key, cancellationToken));

    public async IAsyncEnumerable<ObjectProperties> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (ObjectProperties found in await outage.CallAsync(() => inner.ListAsync(prefix, cancellationToken).ToListAsync(cancellationToken).AsTask()))
            yield return found;
    }

    public Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async ValueTask ReadAsync(string key, long offset, Memory<byte> buffer, string? etag, CancellationToken cancellationToken) =>
        await outage.CallAsync(async () =>
        {
            await inner.ReadAsync(key, offset, buffer, etag, cancellationToken);
            return 0;
        });

    public Task<ObjectProperties?> PutAsync(string key, ReadOnlyMemory<byte> content, PutCondition condition, CancellationToken cancellationToken) =>
        outage.CallAsync(() => inner.PutAsync(key, content, condition, cancellationToken));

    public Task<Stream> OpenReadAsync(string key, long offset, long? length, string? etag, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<StagedObject> StageAsync(string folder, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task MoveAsync(string key, string newKey, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => throw new NotSupportedException();
}
