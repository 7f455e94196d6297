using BatchFunctions.Api.Answers;
using Microsoft.AspNetCore.Http;

namespace BatchFunctions.Api.Serving;

/// <summary>Says in words what routing says by the status alone: that there is no such path, or not for this method.</summary>
/// <param name="description">The path of the description of what there is.</param>
public sealed class UnknownRoutes(string description)
{
    /// <summary>Hands a request on and explains an answer without a body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="next">What answers it.</param>
    public async Task ExplainAsync(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        await next(context);
        if (context.Response.HasStarted || context.Response.ContentType is not null)
            return;
        if (context.Response.StatusCode == StatusCodes.Status404NotFound)
            await Problems.NotFound(context.Request.Path, description).ExecuteAsync(context);
        else if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
            await Problems.MethodNotAllowed(context.Request.Method, context.Request.Path, description).ExecuteAsync(context);
    }
}
