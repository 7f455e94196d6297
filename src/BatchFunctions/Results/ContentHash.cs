using System.Security.Cryptography;

namespace BatchFunctions.Results;

/// <summary>The SHA-256 by which parts are named.</summary>
internal static class ContentHash
{
    /// <summary>The SHA-256 of all of <paramref name="stream"/>, in lower-case hex; the stream is left at its end.</summary>
    public static async Task<string> OfAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken);
        stream.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }
}
