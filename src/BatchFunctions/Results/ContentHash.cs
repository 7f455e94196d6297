using System.Buffers;
using System.Security.Cryptography;
using BatchFunctions.Storage;

namespace BatchFunctions.Results;

/// <summary>The SHA-256 by which parts are named, and files are known again.</summary>
internal static class ContentHash
{
    // Large enough that waiting for a read, and checking the version, costs nothing beside hashing; small enough to stay in the cache.
    private const int BufferBytes = 1024 * 1024;

    /// <summary>The SHA-256 of all of <paramref name="stream"/>, in lower-case hex; the stream is left at its end.</summary>
    public static async Task<string> OfAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken);
        stream.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    /// <summary>The SHA-256 of an object, in lower-case hex.</summary>
    /// <param name="store">Its store.</param>
    /// <param name="key">Its key.</param>
    /// <param name="etag">The version that must still be there, or null for whichever is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: it is gone or another version.</exception>
    public static async Task<string> OfObjectAsync(IObjectStore store, string key, string? etag, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await using Stream content = await store.OpenReadAsync(key, 0, null, etag, cancellationToken);
            for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
                hash.AppendData(buffer, 0, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
