using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using BatchFunctions.Api.Tests.Hosting;
using BatchFunctions.Models;
using BatchFunctions.Storage;

namespace BatchFunctions.Api.Tests;

/// <summary>Holds the description of the API against the running server.</summary>
public sealed class OpenApiTests
{
    private const string Jobs = "/api/jobs";
    private const string Job = "/api/jobs/{id}";
    private const string Shards = "/api/jobs/{id}/shards";
    private const string Cancel = "/api/jobs/{id}/cancel";
    private const string Retry = "/api/jobs/{id}/retry";
    private const string Reprocess = "/api/jobs/{id}/reprocess";
    private const string Report = "/api/jobs/{id}/report";

    private readonly OpenApiDescription _description = OpenApiDescription.Load();
    private readonly HashSet<(string Method, string Path, int Status)> _seen = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_operation_answers_with_every_status_that_is_described_and_with_nothing_else()
    {
        await using var host = await ApiHost.StartAsync(runsJobs: false);

        await CallAsync(host, "POST", Jobs, 202, body: """{ "pipeline": "churn", "jobId": "ends" }""");
        await CallAsync(host, "POST", Jobs, 200, body: """{ "pipeline": "churn", "jobId": "ends" }""");
        await CallAsync(host, "POST", Jobs, 409, body: """{ "pipeline": "churn", "jobId": "ends", "maxParallel": 2 }""");
        await CallAsync(host, "POST", Jobs, 400, body: """{ "pipeline": "churn", "jobid": "ends" }""");
        await CallAsync(host, "POST", Jobs, 413, body: $$"""{ "pipeline": "{{new string('x', 70_000)}}" }""");
        await CallAsync(host, "POST", Jobs, 415, body: "pipeline: churn", contentType: "text/yaml");
        await CallAsync(host, "GET", Jobs, 200);
        await CallAsync(host, "GET", Jobs, 400, query: "?limit=0");
        await CallAsync(host, "GET", Report, 404, "ends");
        await CallAsync(host, "GET", Shards, 200, "ends");
        await CallAsync(host, "DELETE", Job, 409, "ends");
        await CallAsync(host, "POST", Retry, 409, "ends");

        await CallAsync(host, "POST", Jobs, 202, body: """{ "pipeline": "churn", "jobId": "cancelled", "date": "2026-02-08", "targetRows": 5 }""");
        await CallAsync(host, "POST", Cancel, 202, "cancelled");
        await CallAsync(host, "POST", Cancel, 409, "cancelled");
        await CallAsync(host, "POST", Reprocess, 409, "cancelled", body: """{ "corrected": "../data/corrected.csv" }""");
        await CallAsync(host, "POST", Reprocess, 400, "cancelled", body: """{ "corected": "../data/corrected.csv" }""");
        await CallAsync(host, "POST", Reprocess, 413, "cancelled", body: $$"""{ "corrected": "{{new string('x', 70_000)}}" }""");
        await CallAsync(host, "POST", Reprocess, 415, "cancelled", body: "corrected: x.csv", contentType: "text/yaml");
        await CallAsync(host, "POST", Retry, 202, "cancelled");

        host.Write("data/corrected.csv", string.Join('\n', (await File.ReadAllTextAsync(host.PathOf("data/customers.csv"), Cancellation)).Split('\n').Where((_, i) => i is 0 or 8)).Replace("none", "650", StringComparison.Ordinal) + "\n");
        await CallAsync(host, "POST", Jobs, 202, body: """{ "pipeline": "churn", "jobId": "early" }""");
        await host.RunJobAsync("early");
        await CallAsync(host, "POST", Reprocess, 202, "early", body: """{ "corrected": "../data/corrected.csv" }""");
        await CallAsync(host, "POST", Reprocess, 200, "early", body: """{ "corrected": "../data/corrected.csv" }""");
        await CallAsync(host, "POST", Reprocess, 400, "early", body: """{ "corrected": "../data/corrected.csv", "reason": "another one" }""");

        host.RunJobs();
        foreach (var id in (string[])["ends", "cancelled"])
            await host.WaitAsync(id, job => job.TryGetProperty("result", out _));
        await CallAsync(host, "GET", Job, 200, "ends");
        await CallAsync(host, "GET", Shards, 200, "ends", "?from=1&limit=2");
        await CallAsync(host, "GET", Shards, 400, "ends", "?from=-1");
        await CallAsync(host, "GET", Report, 200, "ends");
        await CallAsync(host, "GET", Report, 200, "ends", "?format=text");
        await CallAsync(host, "GET", Report, 400, "ends", "?format=pdf");
        await CallAsync(host, "POST", Reprocess, 202, "ends", body: """{ "corrected": "../data/corrected.csv" }""");
        await host.WaitAsync("ends-reprocess-1", job => job.TryGetProperty("result", out _));
        Directory.Delete(host.PathOf("work/ends"), recursive: true);
        await CallAsync(host, "GET", Shards, 410, "ends");
        await CallAsync(host, "DELETE", Job, 204, "ends");
        foreach (var (method, path) in ((string, string)[])[("GET", Job), ("DELETE", Job), ("GET", Shards), ("POST", Cancel), ("POST", Retry), ("GET", Report)])
            await CallAsync(host, method, path, 404, "ends");
        await CallAsync(host, "POST", Reprocess, 404, "ends", body: """{ "corrected": "../data/corrected.csv" }""");

        host.Write("pipelines/draft.yaml", "name: draft\nsorce: { path: x.csv }\n");
        host.WritePipeline("nightly", "trigger: { schedule: \"0 0 2 * * *\", arrival: { min_files: 2, max_wait: 1m } }");
        await CallAsync(host, "GET", "/api/pipelines", 200);
        await CallAsync(host, "GET", "/api/models", 200);
        await new ModelRegistry(new StoreLocation(new LocalObjectStore(host.PathOf("models")), "")).ChangeStageAsync(new("churn", "1.0.0"), ModelStage.Approved, "Grace", "better", Cancellation);
        await CallAsync(host, "GET", "/api/models", 200);
        await CallAsync(host, "GET", "/api/openapi.json", 200);
        await CallAsync(host, "GET", "/api/health", 200);
        host.Condition.Report("arrivals", isWell: false);
        await CallAsync(host, "GET", "/api/health", 200);

        await SeeFaultAsync(host, new InvalidOperationException("A defect."), 500);
        await SeeFaultAsync(host, new BatchFunctionsException(ErrorKind.Transient, "The store does not answer."), 503);
        host.Clock.Advance(TimeSpan.FromSeconds(10));
        host.Stores.Fault = new BatchFunctionsException(ErrorKind.Transient, "The store does not answer.");
        await CallAsync(host, "GET", "/api/health", 503);
        host.Stores.Fault = null;
        foreach (var (method, path, operation) in _description.Operations)
            if (operation["security"] is null)
                await CallAsync(host, method, path, 401, "cancelled", isAnonymous: true);

        var described = from operation in _description.Operations
                        from response in operation.Operation["responses"]!.AsObject()
                        select (operation.Method, operation.Path, int.Parse(response.Key, null));

        Assert.Equal(described.Order(), _seen.Order());
    }

    [Fact]
    public async Task The_server_has_the_described_routes_and_no_others()
    {
        await using var host = await ApiHost.StartAsync(runsJobs: false);

        var mapped = from route in host.Routes
                     from method in route.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.IHttpMethodMetadata>()?.HttpMethods ?? ["any"]
                     select $"{method} {route.RoutePattern.RawText}";

        Assert.Equal(_description.Operations.Select(o => $"{o.Method} {o.Path}").Order(StringComparer.Ordinal), mapped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_example_fits_its_schema_and_is_used()
    {
        HashSet<string> used = [];
        List<string> problems = [];
        foreach (var content in ContentsOf(_description.Root))
        {
            foreach (var example in content["examples"]?.AsObject() ?? [])
            {
                used.Add(example.Key);
                problems.AddRange(await _description.ValidateAsync(content["schema"]!, _description.Resolve(example.Value!)["value"]!.ToJsonString()));
            }
        }

        Assert.Empty(problems);
        Assert.Equal(_description.Root["components"]!["examples"]!.AsObject().Select(e => e.Key).Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{ "jobId": "x" }""")]
    [InlineData("""{ "pipeline": "churn", "more": 1 }""")]
    [InlineData("""{ "pipeline": 1 }""")]
    [InlineData("""{ "pipeline": "churn", "jobId": "a b" }""")]
    [InlineData("""{ "pipeline": "churn", "maxParallel": 0 }""")]
    [InlineData("""{ "pipeline": "churn", "maxParallel": 10001 }""")]
    [InlineData("""{ "pipeline": "churn", "targetRows": "5" }""")]
    [InlineData("""{ "pipeline": "churn", "date": "8.2.2026" }""")]
    public async Task What_the_schema_refuses_the_server_refuses_too(string body)
    {
        await using var host = await ApiHost.StartAsync(runsJobs: false);
        var schema = _description.OperationOf("POST", Jobs)["requestBody"]!["content"]!["application/json"]!["schema"]!;

        Assert.NotEmpty(await _description.ValidateAsync(schema, body));
        using var response = await host.PostAsync(Jobs, body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static IEnumerable<JsonNode> ContentsOf(JsonNode node) => node switch
    {
        JsonObject o => (o["content"] is JsonObject contents ? contents.Select(c => c.Value!).Where(c => c["examples"] is not null) : [])
            .Concat(o.Where(p => p.Value is not null && p.Key != "examples").SelectMany(p => ContentsOf(p.Value!))),
        JsonArray a => a.Where(n => n is not null).SelectMany(n => ContentsOf(n!)),
        _ => [],
    };

    private async Task SeeFaultAsync(ApiHost host, Exception fault, int status)
    {
        (host.Engine.Fault, host.Stores.Fault) = (fault, fault);
        foreach (var (method, path, operation) in _description.Operations)
        {
            if (operation["security"] is not null)
                continue;
            var body = (method, path) switch
            {
                ("POST", Jobs) => """{ "pipeline": "churn" }""",
                ("POST", Reprocess) => """{ "corrected": "../data/corrected.csv" }""",
                _ => null,
            };
            await CallAsync(host, method, path, status, "cancelled", body: body);
        }

        (host.Engine.Fault, host.Stores.Fault) = (null, null);
    }

    private async Task CallAsync(
        ApiHost host, string method, string path, int status, string id = "", string query = "", string? body = null, string contentType = "application/json", bool isAnonymous = false)
    {
        using var message = new HttpRequestMessage(new HttpMethod(method), new Uri(host.Url, path.Replace("{id}", id, StringComparison.Ordinal) + query));
        if (body is not null)
            message.Content = new StringContent(body, Encoding.UTF8, contentType);
        if (!isAnonymous)
            message.Headers.Add("x-functions-key", ApiHost.Key);
        using var client = new HttpClient();
        using var response = await client.SendAsync(message, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True((int)response.StatusCode == status, $"{method} {path}: {(int)response.StatusCode}, expected {status}. {text}");
        _seen.Add((method, path, status));

        var described = _description.Resolve(
            _description.OperationOf(method, path)["responses"]![status.ToString(System.Globalization.CultureInfo.InvariantCulture)]
            ?? throw new KeyNotFoundException($"{method} {path}: {status} is not described."));
        foreach (var header in described["headers"]?.AsObject() ?? [])
            Assert.True(response.Headers.Contains(header.Key), $"{method} {path} {status}: the header {header.Key} is missing.");
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        if (described["content"] is not JsonObject contents)
        {
            Assert.Equal("", text);
            return;
        }

        var media = response.Content.Headers.ContentType!.MediaType!;
        Assert.True(contents.ContainsKey(media), $"{method} {path} {status}: {media} is not described.");
        if (!media.EndsWith("json", StringComparison.Ordinal))
            return;
        var problems = await _description.ValidateAsync(contents[media]!["schema"]!, text);
        Assert.True(problems.Count == 0, $"{method} {path} {status}: {string.Join("; ", problems)}\n{text}");
        if (status >= 400)
            Assert.Equal(status, JsonNode.Parse(text)!["status"]!.GetValue<int>());
    }
}
