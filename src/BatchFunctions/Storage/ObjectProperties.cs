namespace BatchFunctions.Storage;

/// <summary>An object as it stands in a store.</summary>
/// <param name="Key">The object's key.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="ETag">A word that changes whenever the object's content does.</param>
/// <param name="LastModified">When it was last written.</param>
public sealed record ObjectProperties(string Key, long Length, string ETag, DateTimeOffset LastModified);
