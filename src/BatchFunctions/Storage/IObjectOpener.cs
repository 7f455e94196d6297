namespace BatchFunctions.Storage;

/// <summary>A store that can hold objects open.</summary>
internal interface IObjectOpener
{
    /// <summary>Opens an object.</summary>
    /// <param name="key">The object.</param>
    /// <param name="etag">The version that must still be there, or null for whichever is.</param>
    ObjectReader Open(string key, string? etag);
}
