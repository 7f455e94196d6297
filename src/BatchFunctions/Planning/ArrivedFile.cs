namespace BatchFunctions.Planning;

/// <summary>One version of a file that arrived.</summary>
/// <param name="Key">The file's key in the source's store.</param>
/// <param name="ETag">The ETag of this version.</param>
/// <param name="Length">Its length in bytes.</param>
internal sealed record ArrivedFile(string Key, string ETag, long Length);
