namespace BatchFunctions.Storage;

/// <summary>What can be said of any store in terms of its contract.</summary>
public static class ObjectStoreExtensions
{
    /// <summary>A small object's content, or null where there is none.</summary>
    /// <param name="store">The store.</param>
    /// <param name="key">The object.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public static async Task<byte[]?> FindBytesAsync(this IObjectStore store, string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (await store.FindAsync(key, cancellationToken) is not { } found)
            return null;
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked((int)found.Length));
        await store.ReadAsync(key, 0, bytes, found.ETag, cancellationToken);
        return bytes;
    }
}
