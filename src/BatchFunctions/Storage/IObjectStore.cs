namespace BatchFunctions.Storage;

/// <summary>
/// A flat space of objects, each named by a key of segments separated by '/': a folder on disk or a blob container. All
/// implementations keep one contract, held by one test suite: writes are atomic, a listing is ordered by key (ordinal), and what a
/// reader sees is whole.
/// </summary>
public interface IObjectStore
{
    /// <summary>
    /// The store's own address, for messages and to resolve it again: <c>/data/churn/</c>, whose last '/' says that it is a folder,
    /// <c>azure://container</c>.
    /// </summary>
    string Address { get; }

    /// <summary>Length and ETag of an object, or null where there is none.</summary>
    Task<ObjectProperties?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>The objects whose key starts with <paramref name="prefix"/>, in ordinal order of their keys.</summary>
    IAsyncEnumerable<ObjectProperties> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>
    /// The names of the folders directly below <paramref name="folder"/> in ordinal order, without what is in them. A folder that has become empty may
    /// be among them.
    /// </summary>
    /// <param name="folder">A prefix that ends in '/', or empty for the root.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Reads bytes of an object into <paramref name="buffer"/>, filling it.</summary>
    /// <param name="key">The object.</param>
    /// <param name="offset">The first byte to read.</param>
    /// <param name="buffer">Where the bytes go; the object must have as many from <paramref name="offset"/> on.</param>
    /// <param name="etag">The version that must still be there, or null for whichever is.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Integrity"/> where the object is gone, has another ETag or is too short; <see cref="ErrorKind.Transient"/>
    /// where the store cannot be reached for now.
    /// </exception>
    ValueTask ReadAsync(string key, long offset, Memory<byte> buffer, string? etag, CancellationToken cancellationToken);

    /// <summary>Opens an object, or bytes of it, as a forward-only stream.</summary>
    /// <param name="key">The object.</param>
    /// <param name="offset">The first byte to read.</param>
    /// <param name="length">How many bytes to read, or null for all the rest.</param>
    /// <param name="etag">The version that must still be there, or null for whichever is.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    Task<Stream> OpenReadAsync(string key, long offset, long? length, string? etag, CancellationToken cancellationToken);

    /// <summary>Writes a small object at once.</summary>
    /// <returns>The new object, or null where <paramref name="condition"/> did not hold.</returns>
    Task<ObjectProperties?> PutAsync(string key, ReadOnlyMemory<byte> content, PutCondition condition, CancellationToken cancellationToken);

    /// <summary>
    /// Starts an object whose key is chosen when its content is complete. What is not committed leaves nothing that
    /// <see cref="ListAsync"/> shows.
    /// </summary>
    /// <param name="folder">The prefix under which it will be committed, so that the store can keep the bytes close by.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    Task<StagedObject> StageAsync(string folder, CancellationToken cancellationToken);

    /// <summary>
    /// Gives an object another key; an object that has that key already is replaced. Run again after it was broken off, it ends the
    /// same: where the object is gone and there is one at <paramref name="newKey"/>, nothing is left to do.
    /// </summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: there is no object at either key.</exception>
    Task MoveAsync(string key, string newKey, CancellationToken cancellationToken);

    /// <summary>
    /// Copies an object of a store, this one or another, where there is none of that key yet; where there is one, it is taken for an earlier
    /// copy and left.
    /// </summary>
    /// <param name="source">The store to copy from.</param>
    /// <param name="sourceKey">The object there.</param>
    /// <param name="key">The copy's key.</param>
    /// <param name="cancellationToken">Ends the copying; nothing is left then.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: there is no such object.</exception>
    async Task CopyAsync(IObjectStore source, string sourceKey, string key, CancellationToken cancellationToken)
    {
        if (await FindAsync(key, cancellationToken) is null)
            await this.CopyThroughAsync(source, sourceKey, key, cancellationToken);
    }

    /// <summary>Deletes an object; does nothing where there is none.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Removes what killed processes left of objects that they never committed. No reader ever sees these, they only take space.
    /// </summary>
    /// <param name="prefix">The folder to look in, with everything below it.</param>
    /// <param name="olderThan">Leaves alone what was written to more recently: it may still be in the making.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>How many were removed; 0 for a store where nothing can be left.</returns>
    Task<int> RemoveStaleStagingAsync(string prefix, TimeSpan olderThan, CancellationToken cancellationToken) => Task.FromResult(0);
}
