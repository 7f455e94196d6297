using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace BatchFunctions.Api.Answers;

/// <summary>An answer that needs nothing of the host that gives it.</summary>
internal sealed class Answer : IResult
{
    private const string Json = "application/json; charset=utf-8";

    private readonly int _status;
    private readonly string? _contentType;
    private readonly ReadOnlyMemory<byte> _body;

    private Answer(int status, string? contentType, ReadOnlyMemory<byte> body) => (_status, _contentType, _body) = (status, contentType, body);

    /// <summary>The path of what was made or changed, below the host's own.</summary>
    public string? Location { get; init; }

    /// <summary>After how many seconds it is worth asking again.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>What a browser may do with the body. Default: nothing.</summary>
    public string ContentSecurityPolicy { get; init; } = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>A document.</summary>
    public static Answer Of<T>(T document, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK, string? location = null, int? retryAfter = null) =>
        new(status, Json, ApiJson.Write(document, type)) { Location = location, RetryAfter = retryAfter };

    /// <summary>Bytes of a type.</summary>
    public static Answer OfBytes(ReadOnlyMemory<byte> body, string contentType) => new(StatusCodes.Status200OK, contentType, body);

    /// <summary>A page that needs no script, no network and no other file, and gets none.</summary>
    public static Answer OfPage(ReadOnlyMemory<byte> body) => new(StatusCodes.Status200OK, "text/html; charset=utf-8", body)
    {
        ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'",
    };

    /// <summary>Nothing to say.</summary>
    public static Answer OfNothing() => new(StatusCodes.Status204NoContent, null, default);

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = _status;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        if (Location is not null)
            response.Headers.Location = httpContext.Request.PathBase + Location;
        if (RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (_contentType is null)
            return;
        response.ContentType = _contentType;
        response.ContentLength = _body.Length;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
            await response.Body.WriteAsync(_body, httpContext.RequestAborted);
    }
}
