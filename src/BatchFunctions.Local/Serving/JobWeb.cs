using System.Net;
using System.Net.Sockets;
using BatchFunctions.Api;
using BatchFunctions.Api.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Local.Serving;

/// <summary>The API on a port of this machine: Kestrel, the names by which it may be asked, the key, and problems for whatever else is asked for.</summary>
internal sealed class JobWeb : IAsyncDisposable
{
    private readonly WebApplication _web;

    private JobWeb(WebApplication web, IPAddress listen)
    {
        _web = web;
        var address = new Uri(web.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        Url = listen.Equals(IPAddress.Any) || listen.Equals(IPAddress.IPv6Any) ? new UriBuilder(address) { Host = "localhost" }.Uri : address;
    }

    /// <summary>Where it is, with the port that was found.</summary>
    public Uri Url { get; }

    /// <summary>The routes that are mapped.</summary>
    public IReadOnlyList<RouteEndpoint> Routes => [.. _web.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    /// <summary>Begins to answer.</summary>
    /// <param name="api">What answers.</param>
    /// <param name="listen">The address to listen on.</param>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="key">The key that requests need.</param>
    /// <param name="loggers">Where logs go.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="BatchFunctionsException">The port cannot be listened on.</exception>
    public static async Task<JobWeb> StartAsync(JobApi api, IPAddress listen, int port, string key, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(listen, port);
        });
        var web = builder.Build();
        var unknown = new UnknownRoutes("/api/openapi.json");
        var (names, keys) = (new HostNameCheck(listen), new KeyCheck(key, JobApiRoutes.Anonymous));
        web.Use(next => context => names.PassAsync(context, next));
        web.Use(next => context => keys.PassAsync(context, next));
        web.Use(next => context => unknown.ExplainAsync(context, next));
        web.UseRouting();
        web.MapJobApi(api);
        try
        {
            await web.StartAsync(cancellationToken);
            return new JobWeb(web, listen);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            await web.DisposeAsync();
            throw new BatchFunctionsException(
                ErrorKind.Environment, $"Port {port} of {listen} cannot be listened on: {exception.Message} Take another --port, or 0 for a free one.", exception);
        }
        catch
        {
            await web.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes no more requests, and waits for those at work until it is cancelled.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _web.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _web.DisposeAsync();
}
