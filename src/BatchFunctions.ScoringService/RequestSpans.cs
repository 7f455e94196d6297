using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace BatchFunctions.ScoringService;

/// <summary>Gives the spans of requests their names and what is worth knowing of them, by OpenTelemetry's words. Probes ask every few seconds, and leave no span.</summary>
internal static class RequestSpans
{
    public static async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpActivityFeature>() is not { Activity: { Recorded: true } span })
        {
            await next(context);
            return;
        }

        if (ScoringApi.Anonymous.Contains(context.Request.Path.Value, StringComparer.OrdinalIgnoreCase))
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        await next(context);
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        span.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
        span.SetTag("http.request.method", context.Request.Method).SetTag("http.route", route).SetTag("http.response.status_code", context.Response.StatusCode);
    }
}
