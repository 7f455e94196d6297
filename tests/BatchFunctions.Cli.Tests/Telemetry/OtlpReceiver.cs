using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Cli.Tests.Telemetry;

/// <summary>A receiver of OTLP over HTTP on loopback.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ConcurrentQueue<(string Path, OtlpMessage Message)> _requests = new();

    private OtlpReceiver(WebApplication web) => _web = web;

    /// <summary>Where it is.</summary>
    public string Url => _web.Urls.Single();

    /// <summary>Starts one.</summary>
    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new OtlpReceiver(builder.Build());
        receiver._web.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            receiver._requests.Enqueue((context.Request.Path.ToString(), new OtlpMessage(body.ToArray())));
        });
        await receiver._web.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The spans that came.</summary>
    public IReadOnlyList<OtlpMessage> Spans => Of("/v1/traces");

    /// <summary>The spans of one service that came.</summary>
    public IReadOnlyList<OtlpMessage> SpansOf(string service) => [.. _requests.Where(r => r.Path == "/v1/traces").SelectMany(r => r.Message.All(1))
        .Where(r => r.All(1).Any(resource => resource.Attributes(1).GetValueOrDefault("service.name") == service))
        .SelectMany(r => r.All(2, 2))];

    /// <summary>The metrics that came.</summary>
    public IReadOnlyList<OtlpMessage> Metrics => Of("/v1/metrics");

    /// <summary>The log records that came.</summary>
    public IReadOnlyList<OtlpMessage> Logs => Of("/v1/logs");

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    // Of all three: what came from a resource, by scope, one by one.
    private IReadOnlyList<OtlpMessage> Of(string path) => [.. _requests.Where(r => r.Path == path).SelectMany(r => r.Message.All(1, 2, 2))];
}
