namespace BatchFunctions.Storage;

/// <summary>Turns addresses into places in stores, and refuses those that lead out of the configured roots.</summary>
public interface IStoreResolver
{
    /// <summary>
    /// Resolves a path, a <c>file://</c> address, <c>azure://container/prefix</c> (the account comes from the configuration) or the
    /// <c>https://account.blob.core.windows.net/container/prefix</c> form.
    /// </summary>
    /// <param name="address">
    /// The address of a file or folder, which need not exist yet; it may end in a glob, which is kept as it is. A store's own
    /// <see cref="IObjectStore.Address"/> leads to that store again.
    /// </param>
    /// <param name="baseFolder">The folder that a relative path starts from.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the address is malformed or leads out of the roots.</exception>
    StoreLocation Resolve(string address, string baseFolder);
}
