using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Local.Tests.Fakes;

/// <summary>A receiver of events on loopback, as a webhook's or as a topic's.</summary>
internal sealed class EventReceiver : IAsyncDisposable
{
    private readonly WebApplication _web;

    private EventReceiver(WebApplication web) => _web = web;

    /// <summary>All requests, those that were refused among them, in the order of their arrival.</summary>
    public ConcurrentQueue<(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body, int Answer)> Requests { get; } = new();

    /// <summary>Where it is.</summary>
    public Uri Url => new(_web.Urls.Single());

    /// <summary>The bodies that were taken, by path.</summary>
    public IReadOnlyList<byte[]> Taken(string path) => [.. Requests.Where(r => r.Path == path && r.Answer == StatusCodes.Status200OK).Select(r => r.Body)];

    /// <summary>Starts one.</summary>
    /// <param name="answer">What is answered to a body that has come so often before.</param>
    public static async Task<EventReceiver> StartAsync(Func<int, int> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new EventReceiver(builder.Build());
        var lockObject = new Lock();
        receiver._web.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            lock (lockObject)
            {
                string path = context.Request.Path.ToString();
                int before = receiver.Requests.Count(r => r.Path == path && r.Body.AsSpan().SequenceEqual(body.ToArray()));
                context.Response.StatusCode = answer(before);
                receiver.Requests.Enqueue((path, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray(), context.Response.StatusCode));
            }

            if (context.Response.StatusCode is >= 300 and < 400)
                context.Response.Headers.Location = "/elsewhere";
        });
        await receiver._web.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();
}
