using System.Security.Cryptography;
using System.Text;
using BatchFunctions.Api;
using BatchFunctions.Api.Answers;
using Microsoft.AspNetCore.Http;

namespace BatchFunctions.Local.Serving;

/// <summary>Lets requests pass that have the key, and those that need none.</summary>
internal sealed class KeyCheck(string key)
{
    private readonly byte[] _digest = DigestOf(key);

    public Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value;
        if (JobApiRoutes.Anonymous.Contains(path, StringComparer.OrdinalIgnoreCase) || HasKey(context.Request))
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
