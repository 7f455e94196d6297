using BatchFunctions.Storage;

namespace BatchFunctions.Data;

/// <summary>A pinned file that records are read from.</summary>
/// <param name="Store">The store that holds it.</param>
/// <param name="Key">Its key there.</param>
/// <param name="Length">Its pinned length in bytes.</param>
/// <param name="ETag">Its pinned ETag; every read asks for exactly this version.</param>
public sealed record SourceFile(IObjectStore Store, string Key, long Length, string ETag)
{
    /// <summary>Opens the pinned version for reads.</summary>
    internal ObjectReader Open() => Store is IObjectOpener opener ? opener.Open(Key, ETag) : new RequestReader(Store, Key, ETag);

    /// <summary>The file's name for messages.</summary>
    public override string ToString() => new StoreLocation(Store, Key).ToString();
}
