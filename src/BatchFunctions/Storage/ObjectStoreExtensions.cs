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

    /// <summary>Copies an object through this process, unless one of the name is there.</summary>
    /// <param name="store">The store to copy to.</param>
    /// <param name="source">The store to copy from.</param>
    /// <param name="sourceKey">The object to copy.</param>
    /// <param name="key">The copy.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    internal static async Task CopyThroughAsync(this IObjectStore store, IObjectStore source, string sourceKey, string key, CancellationToken cancellationToken)
    {
        await using StagedObject staged = await store.StageAsync(key[..(key.LastIndexOf('/') + 1)].TrimEnd('/'), cancellationToken);
        await using (Stream content = await source.OpenReadAsync(sourceKey, 0, null, null, cancellationToken))
            await content.CopyToAsync(staged.Stream, cancellationToken);
        await staged.CommitAsync(key, PutCondition.IfAbsent, cancellationToken);
    }
}
