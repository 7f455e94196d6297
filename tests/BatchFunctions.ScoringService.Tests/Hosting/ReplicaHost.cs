using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using BatchFunctions.Api;
using BatchFunctions.Local.Tests.Jobs;
using BatchFunctions.Tier;
using BatchFunctions.Workflow;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.ScoringService.Tests.Hosting;

/// <summary>A replica inside the test process, on a free loopback port.</summary>
internal sealed class ReplicaHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ReplicaHost(WebApplication app)
    {
        _app = app;
        Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Http = new HttpClient { BaseAddress = Url };
        Http.DefaultRequestHeaders.Add("x-functions-key", ReplicaProcess.Key);
    }

    public Uri Url { get; }

    /// <summary>A client that has the key.</summary>
    public HttpClient Http { get; }

    public ScoringReplica Replica => _app.Services.GetRequiredService<ScoringReplica>();

    public IServiceProvider Services => _app.Services;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<ReplicaHost> StartAsync(JobWorkbench bench, ReplicaOptions? replica = null, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        configure?.Invoke(builder.Services);
        Directory.CreateDirectory(Path.Combine(bench.Root, "pipelines"));
        var settings = new HostSettings { Pipelines = Path.Combine(bench.Root, "pipelines"), Models = bench.ModelsAddress, Work = bench.WorkAddress, Roots = [bench.Root] };
        var app = builder.BuildScoringService(settings, new ServiceSettings { Key = ReplicaProcess.Key, Replica = replica ?? new ReplicaOptions { MaxRunning = 2, MaxQueued = 2 } });
        await app.StartAsync(Cancel);
        return new ReplicaHost(app);
    }

    /// <summary>Prepares and plans a job, so that its shards can be asked for.</summary>
    /// <returns>The number of shards.</returns>
    public static async Task<int> PlanAsync(JobWorkbench bench, JobRequest request)
    {
        await using var runtime = new JobRuntime(bench.Services());
        var activities = runtime.Catalog.Activities;
        var prepared = await activities.Get(JobActivities.Prepare).InvokeAsync(request, Cancel);
        return (await activities.Get(JobActivities.Plan).InvokeAsync(prepared.Job, Cancel)).Shards;
    }

    public Task<HttpResponseMessage> PostAsync(string path, string body) =>
        Http.PostAsync(path, new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")), Cancel);

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer) => JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;

    /// <summary>Asks for a shard until it is in one of the states.</summary>
    public async Task<JsonElement> WaitForAsync(string id, params string[] states)
    {
        while (true)
        {
            using var answer = await Http.GetAsync($"/shards/{id}", Cancel);
            var shard = await ReadAsync(answer);
            if (shard.TryGetProperty("state", out var state) && states.Contains(state.GetString()))
                return shard;
            await Task.Delay(20, Cancel);
        }
    }

    public Task StopAsync() => _app.StopAsync(Cancel);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
