namespace BatchFunctions.Storage;

/// <summary>A place in a store: what an address such as <c>azure://container/folder</c> resolves to.</summary>
/// <param name="Store">The store.</param>
/// <param name="Path">A key, a prefix without a trailing '/', or empty for the store's root.</param>
public sealed record StoreLocation(IObjectStore Store, string Path)
{
    /// <summary>The key of <paramref name="relative"/> below this place.</summary>
    public string Key(string relative) => Path.Length == 0 ? relative : relative.Length == 0 ? Path : $"{Path}/{relative}";

    /// <summary>The place <paramref name="relative"/> below this one.</summary>
    public StoreLocation Below(string relative) => this with { Path = Key(relative) };

    /// <inheritdoc/>
    public override string ToString() => Path.Length == 0 ? Store.Address : $"{Store.Address.TrimEnd('/')}/{Path}";
}
