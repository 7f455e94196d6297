using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace BatchFunctions.Api;

/// <summary>The API's routes, for a host that maps them itself.</summary>
public static class JobApiRoutes
{
    /// <summary>The paths that anyone may ask for, without a key.</summary>
    public static IReadOnlyList<string> Anonymous { get; } = ["/api/health", "/api/openapi.json"];

    /// <summary>Maps all operations.</summary>
    /// <param name="routes">The host's routes.</param>
    /// <param name="api">What answers.</param>
    public static void MapJobApi(this IEndpointRouteBuilder routes, JobApi api)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(api);
        routes.MapPost("/api/jobs", context => AnswerAsync(context, api.StartAsync(context.Request, context.RequestAborted)));
        routes.MapGet("/api/jobs", context => AnswerAsync(context, api.ListAsync(context.Request, context.RequestAborted)));
        routes.MapGet("/api/jobs/{id}", context => AnswerAsync(context, api.FindAsync(IdOf(context), context.RequestAborted)));
        routes.MapDelete("/api/jobs/{id}", context => AnswerAsync(context, api.PurgeAsync(IdOf(context), context.RequestAborted)));
        routes.MapGet("/api/jobs/{id}/shards", context => AnswerAsync(context, api.ListShardsAsync(IdOf(context), context.Request, context.RequestAborted)));
        routes.MapPost("/api/jobs/{id}/cancel", context => AnswerAsync(context, api.CancelAsync(IdOf(context), context.RequestAborted)));
        routes.MapPost("/api/jobs/{id}/retry", context => AnswerAsync(context, api.RetryAsync(IdOf(context), context.RequestAborted)));
        routes.MapPost("/api/jobs/{id}/reprocess", context => AnswerAsync(context, api.ReprocessAsync(IdOf(context), context.Request, context.RequestAborted)));
        routes.MapGet("/api/jobs/{id}/report", context => AnswerAsync(context, api.ReportAsync(IdOf(context), context.Request, context.RequestAborted)));
        routes.MapGet("/api/pipelines", context => AnswerAsync(context, api.ListPipelinesAsync(context.RequestAborted)));
        routes.MapGet("/api/models", context => AnswerAsync(context, api.ListModelsAsync(context.RequestAborted)));
        routes.MapGet("/api/health", context => AnswerAsync(context, api.HealthAsync(context.RequestAborted)));
        routes.MapGet("/api/openapi.json", context => api.OpenApi().ExecuteAsync(context));
    }

    private static string IdOf(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    private static async Task AnswerAsync(HttpContext context, Task<IResult> answer) => await (await answer).ExecuteAsync(context);
}
