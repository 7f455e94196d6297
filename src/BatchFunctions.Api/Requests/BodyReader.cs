using System.Net.Http.Headers;
using BatchFunctions.Api.Answers;
using Microsoft.AspNetCore.Http;

namespace BatchFunctions.Api.Requests;

/// <summary>Reads a JSON body of limited length.</summary>
internal static class BodyReader
{
    /// <exception cref="ProblemException">The body is no JSON by its type, or too long.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (!IsJson(request.ContentType))
            throw new ProblemException(Problems.WrongMediaType(request.ContentType));
        if (request.ContentLength > limit)
            throw new ProblemException(Problems.TooLarge(limit));
        var buffer = new byte[(int)Math.Min(request.ContentLength ?? 4096, limit) + 1];
        var length = 0;
        while (await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
        {
            length += read;
            if (length > limit)
                throw new ProblemException(Problems.TooLarge(limit));
            if (length == buffer.Length)
                Array.Resize(ref buffer, Math.Min(2 * buffer.Length, limit + 1));
        }

        return buffer.AsMemory(0, length);
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType is { } name
        && (name.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (name.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && name.EndsWith("+json", StringComparison.OrdinalIgnoreCase)))
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
