using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using BatchFunctions.Local;
using BatchFunctions.Local.Serving;
using BatchFunctions.Models;
using BatchFunctions.TestSupport;
using BatchFunctions.Triggers;
using BatchFunctions.Workflow;

namespace BatchFunctions.Api.Tests.Hosting;

/// <summary>
/// The API on a real port, over the embedded engine, in a folder of its own. Below it, <c>pipelines</c> has the pipeline <c>churn</c>
/// over <c>data/customers.csv</c>, <c>models</c> the sample's model; <c>secret</c> is outside of what may be reached.
/// </summary>
internal sealed class ApiHost : IAsyncDisposable
{
    public const string Key = "a-key-for-tests-only";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder;
    private readonly JobRuntime _runtime;
    private readonly EmbeddedEngine _embedded;
    private readonly CancellationTokenSource _stop = new();
    private readonly JobWeb _web;
    private Task _queue = Task.CompletedTask;

    private ApiHost(TemporaryFolder folder, JobRuntime runtime, EmbeddedEngine embedded, JobWeb web)
    {
        (_folder, _runtime, _embedded, _web) = (folder, runtime, embedded, web);
        Client = new HttpClient { BaseAddress = web.Url };
        Client.DefaultRequestHeaders.Add("x-functions-key", Key);
    }

    public required FaultyStores Stores { get; init; }

    public required FaultyEngine Engine { get; init; }

    public required HostCondition Condition { get; init; }

    public required RecordedLogs Logs { get; init; }

    public required Clock Clock { get; init; }

    /// <summary>A client that has the key.</summary>
    public HttpClient Client { get; }

    public Uri Url => _web.Url;

    public IReadOnlyList<Microsoft.AspNetCore.Routing.RouteEndpoint> Routes => _web.Routes;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ApiHost> StartAsync(bool runsJobs = true)
    {
        var folder = new TemporaryFolder();
        foreach (var name in (string[])["pipelines", "models", "work", "data", "secret"])
            Directory.CreateDirectory(folder.Combine(name));
        var (logs, clock, condition) = (new RecordedLogs(), new Clock(), new HostCondition());
        var services = new HostSettings
        {
            Pipelines = folder.Combine("pipelines"),
            Models = folder.Combine("models"),
            Work = folder.Combine("work"),
            Roots = [folder.Combine("data"), folder.Combine("scored")],
        }.CreateServices(logs, clock);
        var stores = new FaultyStores(services.Stores);
        services = services with { Stores = stores, EnvironmentVariable = name => name == "SECRET_PATH" ? "/secret/of-the-environment" : null };
        await RegisterModelAsync(services);

        var runtime = new JobRuntime(services);
        var embedded = await EmbeddedEngine.OpenAsync(
            new EmbeddedEngineOptions { JournalPath = folder.Combine("journal.db") }, runtime.Catalog, TimeProvider.System, logs, Cancellation);
        var engine = new FaultyEngine(embedded);
        var api = new JobApi(engine, services, new PipelineFolder(services, folder.Combine("pipelines")), condition, new JobApiOptions());
        var web = await JobWeb.StartAsync(api, IPAddress.Loopback, 0, Key, logs, Cancellation);
        var host = new ApiHost(folder, runtime, embedded, web) { Stores = stores, Engine = engine, Condition = condition, Logs = logs, Clock = clock };
        host.Write("data/customers.csv", Customers(40));
        host.WritePipeline("churn");
        if (runsJobs)
            host.RunJobs();
        return host;
    }

    /// <summary>Begins to run what was accepted.</summary>
    public void RunJobs() => _queue = _embedded.RunQueueAsync(_stop.Token);

    /// <summary>Runs one of the jobs that were accepted, and no other.</summary>
    public Task<JobResult> RunJobAsync(string jobId) => _embedded.ResumeAsync(jobId, Cancellation);

    public string PathOf(string name) => _folder.Combine(name.Split('/'));

    public void Write(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), content);
    }

    public void WritePipeline(string name, string more = "") => Write(
        $"pipelines/{name}.yaml",
        $$"""
        name: {{name}}
        version: 3
        source: { path: ../data/customers.csv, id: user_id }
        model: churn@1.0.0
        output: { path: ../scored }
        shards: { target_rows: 10, max_parallel: 1 }
        {{more}}
        """);

    public Task<HttpResponseMessage> PostAsync(string path, string? json = null, string? idempotencyKey = null)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, path);
        if (json is not null)
            message.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (idempotencyKey is not null)
            message.Headers.Add("Idempotency-Key", idempotencyKey);
        return Client.SendAsync(message, Cancellation);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Client.GetAsync(path, Cancellation);

    public async Task<JsonElement> GetJsonAsync(string path) => await JsonOf(await GetAsync(path));

    /// <summary>Starts a job, waits until it has ended, and gives it.</summary>
    public async Task<JsonElement> RunAsync(string json)
    {
        using var response = await PostAsync("/api/jobs", json);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return await WaitAsync((await JsonOf(response)).GetProperty("jobId").GetString()!, job => job.TryGetProperty("result", out _));
    }

    public async Task<JsonElement> WaitAsync(string jobId, Func<JsonElement, bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var job = await GetJsonAsync($"/api/jobs/{jobId}");
            if (condition(job))
                return job;
            Assert.True(Stopwatch.GetElapsedTime(start) < Limit, $"Job {jobId} is still {job}");
            await Task.Delay(20, Cancellation);
        }
    }

    public static async Task<JsonElement> JsonOf(HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(Cancellation));
        return document.RootElement.Clone();
    }

    /// <summary>Customers for the sample's model.</summary>
    public static string Customers(int rows)
    {
        var csv = new StringBuilder("user_id,age,income,credit_score,num_purchases,account_age_days,avg_transaction,num_returns,is_premium,region,category_preference\n");
        for (var i = 0; i < rows; i++)
            csv.Append(CultureInfo.InvariantCulture, $"{i},{20 + (i % 60)},{30_000 + i},{(i == 7 ? "none" : "650")},5,400,50.5,1,true,north,books\n");
        return csv.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _web.DisposeAsync();
        await _stop.CancelAsync();
        await _queue;
        await _embedded.DisposeAsync();
        await _runtime.DisposeAsync();
        _stop.Dispose();
        _folder.Dispose();
    }

    private static async Task RegisterModelAsync(JobServices services)
    {
        var folder = Path.Combine(RepositoryPaths.Root, "samples", "churn");
        await new ModelRegistry(services.Stores.Resolve(services.ModelsFolder, "")).RegisterAsync(
            "churn",
            "1.0.0",
            await File.ReadAllBytesAsync(Path.Combine(folder, "model.onnx"), Cancellation),
            await File.ReadAllTextAsync(Path.Combine(folder, "manifest.yaml"), Cancellation),
            "test",
            Cancellation);
    }
}
