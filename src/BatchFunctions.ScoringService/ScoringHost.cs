using BatchFunctions.Api;
using BatchFunctions.Api.Serving;
using BatchFunctions.Scoring.Online;
using BatchFunctions.ScoringService.Metrics;
using BatchFunctions.Tier;
using BatchFunctions.Triggers;
using BatchFunctions.Workflow;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.ScoringService;

/// <summary>Puts a replica together.</summary>
public static class ScoringHost
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    /// <summary>Builds the web application.</summary>
    /// <param name="builder">Its beginning; addresses to listen on and logs are its own affair.</param>
    /// <param name="settings">The settings that all hosts have.</param>
    /// <param name="service">The replica's own.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a setting is wrong.</exception>
    public static WebApplication BuildScoringService(this WebApplicationBuilder builder, HostSettings settings, ServiceSettings service)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(service);
        settings.EnsureValid();
        service.Replica.EnsureValid();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        AddServices(builder.Services, settings, service);
        var app = builder.Build();
        var (keys, unknown) = (new KeyCheck(service.Key, ScoringApi.Anonymous), new UnknownRoutes(ScoringApi.DescriptionPath));
        app.Use(next => context => RequestSpans.PassAsync(context, next));
        app.Use(next => context => keys.PassAsync(context, next));
        app.Use(next => context => unknown.ExplainAsync(context, next));
        app.UseRouting();
        Map(app, app.Services.GetRequiredService<ScoringApi>());
        return app;
    }

    private static void AddServices(IServiceCollection services, HostSettings settings, ServiceSettings service)
    {
        services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit + service.Replica.DrainLimit);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(service);
        services.AddSingleton(provider => settings.CreateServices(provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()) with
        {
            ScoresForOthers = true,
            WarmModels = service.WarmModels,
            DefaultMaxParallel = service.Replica.MaxRunning,
            Tier = null,
        });
        services.AddSingleton(provider => new JobRuntime(provider.GetRequiredService<JobServices>()));
        services.AddSingleton(provider => new PipelineFolder(provider.GetRequiredService<JobServices>(), settings.Pipelines));
        services.AddSingleton<OnlineScorer>();
        services.AddSingleton(provider => new ScoringReplica(provider.GetRequiredService<JobServices>(), provider.GetRequiredService<JobRuntime>(), service.Replica));
        services.AddSingleton<MeterText>();
        services.AddSingleton<ScoringApi>();
        services.AddHostedService<ReplicaLifetime>();
    }

    private static void Map(WebApplication app, ScoringApi api)
    {
        app.MapPost("/shards", context => AnswerAsync(context, api.OrderAsync(context.Request, context.RequestAborted)));
        app.MapGet("/shards/{id}", context => AnswerAsync(context, api.FindAsync((string)context.Request.RouteValues["id"]!, context.RequestAborted)));
        app.MapPost("/predict", context =>
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
                size.MaxRequestBodySize = api.MaxRowsBytes + 1;
            return AnswerAsync(context, api.PredictAsync(context.Request, context.RequestAborted));
        });
        app.MapGet("/replica", context => api.Describe().ExecuteAsync(context));
        app.MapGet("/metrics", context => api.Metrics().ExecuteAsync(context));
        app.MapGet("/health", context => ScoringApi.Health().ExecuteAsync(context));
        app.MapGet("/ready", context => api.Ready().ExecuteAsync(context));
        app.MapGet(ScoringApi.DescriptionPath, context => api.OpenApi().ExecuteAsync(context));
    }

    private static async Task AnswerAsync(HttpContext context, Task<IResult> answer) => await (await answer).ExecuteAsync(context);
}
