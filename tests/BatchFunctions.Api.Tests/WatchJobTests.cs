using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using BatchFunctions.Api.Tests.Hosting;
using BatchFunctions.Models;
using BatchFunctions.Storage;

namespace BatchFunctions.Api.Tests;

/// <summary>What can be learnt of jobs, and what can be done to them.</summary>
public sealed class WatchJobTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_job_that_has_ended_shows_its_counts_and_its_run_folder()
    {
        var job = await _host.RunAsync("""{ "pipeline": "churn", "jobId": "night-1" }""");

        var result = job.GetProperty("result");
        Assert.Equal("Succeeded", job.GetProperty("status").GetString());
        Assert.Equal(40, result.GetProperty("recordsTotal").GetInt64());
        Assert.Equal(39, result.GetProperty("recordsScored").GetInt64());
        Assert.Equal(1, result.GetProperty("recordsFailed").GetInt64());
        Assert.True(File.Exists(Path.Combine(result.GetProperty("runFolder").GetString()!, "_SUCCESS")));
        Assert.False(job.TryGetProperty("owner", out _));
    }

    [Fact]
    public async Task Shards_are_shown_page_by_page_with_what_they_committed()
    {
        await _host.RunAsync("""{ "pipeline": "churn", "jobId": "night-1" }""");

        List<JsonElement> shards = [];
        for (int? from = 0; from is not null;)
        {
            var page = await _host.GetJsonAsync($"/api/jobs/night-1/shards?from={from}&limit=3");
            Assert.Equal(4, page.GetProperty("total").GetInt32());
            shards.AddRange(page.GetProperty("shards").EnumerateArray());
            from = page.TryGetProperty("next", out var next) ? next.GetInt32() : null;
        }

        Assert.Equal([0, 1, 2, 3], shards.Select(s => s.GetProperty("shard").GetInt32()));
        Assert.All(shards, s => Assert.Equal("Committed", s.GetProperty("state").GetString()));
        Assert.Equal(40, shards.Sum(s => s.GetProperty("records").GetInt64()));
        Assert.Equal(1, shards.Sum(s => s.GetProperty("failed").GetInt64()));
        Assert.Single(shards, s => s.TryGetProperty("rejects", out _));
        Assert.All(shards, s => Assert.StartsWith("part-", s.GetProperty("predictions").GetProperty("name").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_shard_that_is_not_committed_is_pending_with_its_planned_records()
    {
        await _host.RunAsync("""{ "pipeline": "churn", "jobId": "night-1" }""");
        File.Delete(_host.PathOf("work/night-1/shards/00002.json"));

        var shards = (await _host.GetJsonAsync("/api/jobs/night-1/shards")).GetProperty("shards");

        Assert.Equal("Pending", shards[2].GetProperty("state").GetString());
        Assert.Equal(10, shards[2].GetProperty("records").GetInt64());
        Assert.False(shards[2].TryGetProperty("scored", out _));
    }

    [Fact]
    public async Task A_job_that_was_refused_before_its_plan_has_no_shards_and_no_report()
    {
        var job = await _host.RunAsync("""{ "pipeline": "churn", "jobId": "night-1", "model": "churn@9.9.9" }""");

        Assert.Equal("Failed", job.GetProperty("status").GetString());
        Assert.Contains("9.9.9", job.GetProperty("result").GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await _host.GetJsonAsync("/api/jobs/night-1/shards")).GetProperty("total").GetInt32());
        using var report = await _host.GetAsync("/api/jobs/night-1/report");
        Assert.Equal(HttpStatusCode.NotFound, report.StatusCode);
        Assert.Contains("9.9.9", (await ApiHost.JsonOf(report)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_are_listed_by_what_is_asked_for_and_page_by_page()
    {
        _host.WritePipeline("other");
        foreach (var (pipeline, id) in ((string, string)[])[("churn", "a"), ("churn", "b"), ("other", "c"), ("churn", "d")])
            await _host.RunAsync(JsonSerializer.Serialize(new { pipeline, jobId = id }));
        await _host.RunAsync("""{ "pipeline": "churn", "jobId": "e", "model": "churn@9.9.9" }""");

        Assert.Equal(["e", "d", "c", "b", "a"], await IdsAsync("?limit=2"));
        Assert.Equal(["e", "d", "b", "a"], await IdsAsync("?pipeline=churn&limit=3"));
        Assert.Equal(["e"], await IdsAsync("?status=failed"));
        Assert.Equal(["d", "b", "a"], await IdsAsync("?pipeline=churn&status=Succeeded&limit=1"));
        var time = (await _host.GetJsonAsync("/api/jobs/c")).GetProperty("createdAt").GetDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", null);
        Assert.Equal(["e", "d", "c"], await IdsAsync($"?createdFrom={time}"));
        Assert.Equal(["b", "a"], await IdsAsync($"?createdBefore={time}"));
    }

    [Theory]
    [InlineData("?limit=501", "limit")]
    [InlineData("?limit=many", "limit")]
    [InlineData("?status=Done", "status")]
    [InlineData("?createdFrom=yesterday", "createdFrom")]
    [InlineData("?createdFrom=2026-02-08T02:00:00+01:00", "createdFrom")]
    [InlineData("?state=Failed", "state")]
    [InlineData("?limit=1&limit=2", "limit")]
    public async Task A_wrong_parameter_is_named(string query, string name)
    {
        using var response = await _host.GetAsync($"/api/jobs{query}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(name, (await ApiHost.JsonOf(response)).GetProperty("errors")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_cursor_that_is_none_is_refused()
    {
        using var response = await _host.GetAsync("/api/jobs?after=nowhere");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData(null, "", "text/html")]
    [InlineData("*/*", "", "text/html")]
    [InlineData("text/plain", "", "text/plain")]
    [InlineData("text/html;q=0.5, text/plain", "", "text/plain")]
    [InlineData("text/html, text/plain;q=0.5, */*;q=0.1", "", "text/html")]
    [InlineData("text/html", "?format=text", "text/plain")]
    [InlineData("text/plain", "?format=html", "text/html")]
    public async Task A_report_comes_as_it_is_asked_for(string? accept, string query, string expected)
    {
        await _host.RunAsync("""{ "pipeline": "churn", "jobId": "night-1" }""");
        using var message = new HttpRequestMessage(HttpMethod.Get, $"/api/jobs/night-1/report{query}");
        if (accept is not null)
            message.Headers.Accept.ParseAdd(accept);

        using var response = await _host.Client.SendAsync(message, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("night-1", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        if (expected == "text/html")
            Assert.Contains("sandbox", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_purged_job_is_gone_with_its_work_files_and_what_it_published_stays()
    {
        var job = await _host.RunAsync("""{ "pipeline": "churn", "jobId": "night-1" }""");

        using var purged = await _host.Client.DeleteAsync("/api/jobs/night-1", TestContext.Current.CancellationToken);
        using var again = await _host.Client.DeleteAsync("/api/jobs/night-1", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, purged.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.False(Directory.Exists(_host.PathOf("work/night-1")));
        var run = job.GetProperty("result").GetProperty("runFolder").GetString()!;
        Assert.Equal(4, Directory.GetFiles(Path.Combine(run, "predictions")).Length);
        Assert.True(File.Exists(Path.Combine(run, "manifest.json")));
    }

    [Fact]
    public async Task A_purged_job_that_failed_leaves_its_evidence_and_its_id_but_no_waiting_parts()
    {
        _host.WritePipeline("strict", "policy: { max_failed_records: 0, on_breach: fail }");
        var job = await _host.RunAsync("""{ "pipeline": "strict", "jobId": "night-1" }""");
        var run = job.GetProperty("result").GetProperty("runFolder").GetString()!;
        Assert.Equal("Failed", job.GetProperty("status").GetString());
        Assert.True(Directory.Exists(Path.Combine(run, "_staging")));

        (await _host.Client.DeleteAsync("/api/jobs/night-1", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        Assert.False(Directory.Exists(Path.Combine(run, "_staging")));
        Assert.False(Directory.Exists(_host.PathOf("work/night-1")));
        Assert.True(File.Exists(Path.Combine(run, "report.txt")));
        _host.WritePipeline("strict");
        Assert.Equal("Succeeded", (await _host.RunAsync("""{ "pipeline": "strict", "jobId": "night-1" }""")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_failed_job_can_be_retried_after_its_cause_is_mended()
    {
        await _host.RunAsync("""{ "pipeline": "churn", "jobId": "night-1", "input": "../data/late.csv" }""");
        _host.Write("data/late.csv", ApiHost.Customers(20));

        using var response = await _host.PostAsync("/api/jobs/night-1/retry");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(2, (await ApiHost.JsonOf(response)).GetProperty("run").GetInt32());
        var job = await _host.WaitAsync("night-1", j => j.TryGetProperty("result", out _));
        Assert.Equal("Succeeded", job.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Pipelines_are_listed_with_their_triggers_and_their_errors()
    {
        _host.WritePipeline("nightly", "trigger: { schedule: \"0 0 2 * * *\", arrival: { min_files: 2, min_bytes: 1MB, max_wait: 90s } }");
        _host.Write("pipelines/draft.yaml", "name: draft\nsorce: { path: x.csv }\n");

        var pipelines = (await _host.GetJsonAsync("/api/pipelines")).GetProperty("pipelines").EnumerateArray().ToList();

        Assert.Equal(["churn.yaml", "draft.yaml", "nightly.yaml"], pipelines.Select(p => Path.GetFileName(p.GetProperty("address").GetString())));
        Assert.Equal(3, pipelines[0].GetProperty("version").GetInt32());
        Assert.Equal("churn@1.0.0", pipelines[0].GetProperty("model").GetString());
        Assert.Contains("sorce", pipelines[1].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("0 0 2 * * *", pipelines[2].GetProperty("schedule").GetString());
        Assert.Equal(90, pipelines[2].GetProperty("arrival").GetProperty("maxWaitSeconds").GetDouble());
    }

    [Fact]
    public async Task Models_are_listed_with_their_versions()
    {
        var model = Assert.Single((await _host.GetJsonAsync("/api/models")).GetProperty("models").EnumerateArray());

        Assert.Equal("churn", model.GetProperty("name").GetString());
        var version = Assert.Single(model.GetProperty("versions").EnumerateArray());
        Assert.Equal(("1.0.0", "registered", 0), (version.GetProperty("version").GetString(), version.GetProperty("stage").GetString(), version.GetProperty("history").GetArrayLength()));

        var registry = new ModelRegistry(new StoreLocation(new LocalObjectStore(_host.PathOf("models")), ""));
        await registry.ChangeStageAsync(new("churn", "1.0.0"), ModelStage.Approved, "Grace", "better", TestContext.Current.CancellationToken);
        version = (await _host.GetJsonAsync("/api/models")).GetProperty("models")[0].GetProperty("versions")[0];
        Assert.Equal(("approved", "Grace"), (version.GetProperty("stage").GetString(), Assert.Single(version.GetProperty("history").EnumerateArray()).GetProperty("by").GetString()));
    }

    [Fact]
    public async Task Nothing_is_found_under_an_id_that_is_none()
    {
        foreach (var id in (string[])["..", "%2e%2e%2fwork", "a%20b", "_triggers", "night-1%0a", new string('x', 101)])
        {
            using var response = await _host.GetAsync($"/api/jobs/{id}/shards");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Equal(new MediaTypeHeaderValue("application/problem+json"), response.Content.Headers.ContentType);
        }
    }

    private async Task<List<string>> IdsAsync(string query)
    {
        List<string> ids = [];
        for (string? after = ""; after is not null;)
        {
            var page = await _host.GetJsonAsync($"/api/jobs{query}{after}");
            ids.AddRange(page.GetProperty("jobs").EnumerateArray().Select(j => j.GetProperty("jobId").GetString()!));
            after = page.TryGetProperty("next", out var next) ? $"&after={Uri.EscapeDataString(next.GetString()!)}" : null;
        }

        return ids;
    }
}
