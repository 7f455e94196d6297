namespace BatchFunctions.Storage;

/// <summary>An object of a store that holds nothing open: every read is a request of its own.</summary>
internal sealed class RequestReader(IObjectStore store, string key, string? etag) : ObjectReader
{
    /// <inheritdoc/>
    public override ValueTask ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        store.ReadAsync(key, offset, buffer, etag, cancellationToken);

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
