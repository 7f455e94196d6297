using System.Security.Cryptography;
using System.Text;
using BatchFunctions.Api.Answers;
using Microsoft.AspNetCore.Http;

namespace BatchFunctions.Api.Serving;

/// <summary>Lets requests pass that have the key, and those that need none.</summary>
/// <param name="key">The key.</param>
/// <param name="anonymous">The paths that anyone may ask for.</param>
public sealed class KeyCheck(string key, IReadOnlyList<string> anonymous)
{
    private readonly byte[] _digest = DigestOf(key);

    /// <summary>Hands a request on, or answers it with a problem.</summary>
    /// <param name="context">The request.</param>
    /// <param name="next">What answers it.</param>
    public Task PassAsync(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var path = context.Request.Path.Value;
        if (anonymous.Contains(path, StringComparer.OrdinalIgnoreCase) || HasKey(context.Request))
            return next(context);
        context.Response.Headers.WWWAuthenticate = "ApiKey realm=\"batchfn\", header=\"x-functions-key\"";
        return Problems.Unauthorized().ExecuteAsync(context);
    }

    private bool HasKey(HttpRequest request)
    {
        string? given = request.Headers.TryGetValue("x-functions-key", out var header) ? header.ToString() : request.Query["code"].ToString();
        // Of equal length whatever was given, so that time tells nothing.
        return CryptographicOperations.FixedTimeEquals(DigestOf(given), _digest);
    }

    private static byte[] DigestOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
