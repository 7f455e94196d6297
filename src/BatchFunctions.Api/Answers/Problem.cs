using System.Globalization;
using BatchFunctions.Api.Documents;
using Microsoft.AspNetCore.Http;

namespace BatchFunctions.Api.Answers;

/// <summary>An answer that says what is wrong, as RFC 9457 has it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Name">The last part of its type.</param>
/// <param name="Title">What sort of problem it is.</param>
/// <param name="Detail">What is wrong this time, where, and what to do.</param>
public sealed record Problem(int Status, string Name, string Title, string Detail) : IResult
{
    /// <summary>What every type begins with.</summary>
    public const string TypePrefix = "urn:batchfunctions:problem:";

    /// <summary>What is wrong with each property or parameter.</summary>
    public IReadOnlyList<ApiPropertyProblem>? Errors { get; init; }

    /// <summary>By what the log's line is found.</summary>
    public string? TraceId { get; init; }

    /// <summary>After how many seconds it is worth asking again.</summary>
    public int? RetryAfter { get; init; }

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var response = httpContext.Response;
        var body = ApiJson.Write(
            new ApiProblem
            {
                Type = TypePrefix + Name,
                Title = Title,
                Status = Status,
                Detail = Detail,
                Instance = httpContext.Request.Path.ToUriComponent(),
                Errors = Errors,
                TraceId = TraceId,
            },
            ApiJson.Default.ApiProblem);
        response.StatusCode = Status;
        response.ContentType = "application/problem+json";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (!HttpMethods.IsHead(httpContext.Request.Method))
            await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }
}
