using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BatchFunctions.Api.Telemetry;
using BatchFunctions.ScoringService.Tests.Hosting;
using BatchFunctions.TestSupport;
using BatchFunctions.Tier;

namespace BatchFunctions.Cli.Tests.Telemetry;

/// <summary>What an OTLP receiver gets of jobs that run in processes of their own.</summary>
public sealed partial class TelemetryTests : IDisposable
{
    // As OTLP numbers the fields of spans, metrics, points and log records.
    private const int TraceId = 1, SpanId = 2, ParentId = 4, SpanName = 5, SpanAttributes = 9, MetricName = 1, Points = 1, PointAttributes = 7, LogAttributes = 6, LogBody = 5;

    private static readonly int[] PointPlaces = [5, 7, 9];

    private readonly Batchfn _batchfn = new();

    [Fact]
    public async Task A_job_of_twenty_shards_is_one_connected_trace_and_its_metrics_add_up()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await PrepareAsync(2_000, receiver);

        await RunAsync("run", Customers.Pipeline, "--job-id", "watched", "--target-rows", "100");

        var shards = Directory.GetFiles(_batchfn.PathOf("batchfn-data", "work", "watched", "shards")).Length;
        Assert.True(shards >= 20, $"{shards} shards");
        var spans = receiver.Spans;
        Assert.Single(spans.Select(s => s.Hex(TraceId)).Distinct());
        var root = Assert.Single(spans, s => s.Hex(ParentId).Length == 0);
        Assert.Equal("batchfn", root.Text(SpanName));
        var ids = spans.Select(s => s.Hex(SpanId)).ToHashSet();
        Assert.All(spans.Where(s => s != root), s => Assert.Contains(s.Hex(ParentId), ids));
        var scoring = spans.Where(s => s.Text(SpanName) == "ScoreShard").Select(s => s.Attributes(SpanAttributes)).ToList();
        Assert.Equal(Enumerable.Range(0, shards), scoring.Select(a => int.Parse(a["batch.shard"])).Order());
        Assert.All(scoring, a => Assert.Equal(("watched", "nightly", "churn@1.0.0"), (a["batch.job"], a["batch.pipeline"], a["batch.model"])));
        Assert.Superset(new HashSet<string> { "Prepare", "Validate", "Plan", "Aggregate", "Verify", "Publish", "Notify", "CleanUp", "Job" }, spans.Select(s => s.Text(SpanName)).ToHashSet());

        Assert.Equal(2_000, LastOf(receiver, "batch.records.processed").Select(p => (long)p.Number(6)).Single());
        var status = (await _batchfn.RunAsync("status", "watched", "--json")).Expect(0).Json;
        Assert.Equal(status.GetProperty("recordsScored").GetInt64() / 2_000.0, BitConverter.UInt64BitsToDouble(Assert.Single(LastOf(receiver, "batch.success_rate")).Number(4)));
        Assert.Equal(status.GetProperty("recordsFailed").GetInt64(), LastOf(receiver, "batch.records.failed").Sum(p => (long)p.Number(6)));
        Assert.Equal((ulong)shards, Assert.Single(LastOf(receiver, "batch.shard.duration")).Number(4));
        Assert.Equal("Succeeded", Assert.Single(LastOf(receiver, "batch.jobs")).Attributes(PointAttributes)["status"]);
        Assert.True(BitConverter.UInt64BitsToDouble(Assert.Single(LastOf(receiver, "batch.rows_per_second")).Number(4)) > 0);
        Assert.Equal(0, (long)Assert.Single(LastOf(receiver, "batch.queue.depth")).Number(6));
    }

    [Fact]
    public async Task Shards_that_the_scoring_service_scores_are_spans_of_the_jobs_trace_and_metrics_of_the_replica()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await PrepareAsync(2_000, receiver, "scoring: { tier: container }");
        foreach (var name in (string[])["models", "work"])
            _batchfn.Variables[$"BATCHFN_{name.ToUpperInvariant()}"] = _batchfn.PathOf(name);
        Directory.Move(_batchfn.PathOf("batchfn-data", "models"), _batchfn.PathOf("models"));
        await using var replica = await ReplicaProcess.StartAsync(_batchfn.Folder, null, running: 1, queued: 7, (TelemetrySettings.OtlpEndpointVariable, receiver.Url));
        (_batchfn.Variables[TierOptions.EndpointsVariable], _batchfn.Variables[TierOptions.KeyVariable]) = (replica.Url.ToString(), ReplicaProcess.Key);

        await RunAsync("run", Customers.Pipeline, "--job-id", "afar", "--target-rows", "100");
        using (var probe = new HttpClient())
            Assert.Equal("{\"status\":\"ok\"}", await probe.GetStringAsync(new Uri(replica.Url, "/health"), TestContext.Current.CancellationToken));
        // What waits is sent before it ends.
        await replica.StopAsync();

        var shards = Directory.GetFiles(_batchfn.PathOf("work", "afar", "shards")).Length;
        Assert.True(shards >= 20, $"{shards} shards");
        var own = receiver.SpansOf("batchfn");
        var afar = receiver.SpansOf("batchfn-scoring");
        var root = Assert.Single(own, s => s.Hex(ParentId).Length == 0);
        var ofJob = afar.Where(s => s.Attributes(SpanAttributes).GetValueOrDefault("batch.job") == "afar").ToList();
        Assert.Equal(Enumerable.Range(0, shards), ofJob.Where(s => s.Text(SpanName) == "ScoreShard").Select(s => int.Parse(s.Attributes(SpanAttributes)["batch.shard"])).Order());
        Assert.All(ofJob, s => Assert.Equal(
            (root.Hex(TraceId), root.Hex(SpanId), "nightly", "churn@1.0.0"),
            (s.Hex(TraceId), s.Hex(ParentId), s.Attributes(SpanAttributes)["batch.pipeline"], s.Attributes(SpanAttributes)["batch.model"])));
        // The orders themselves belong to it, too; what the job asks beside them has no part in it, and probes leave no span.
        Assert.Equal(shards, afar.Count(s => s.Text(SpanName) == "POST /shards" && s.Attributes(SpanAttributes)["http.response.status_code"] == "202" && s.Hex(TraceId) == root.Hex(TraceId)));
        Assert.DoesNotContain(afar, s => s.Text(SpanName).Contains("/health", StringComparison.Ordinal));
        Assert.Contains(own, s => s.Text(SpanName) == "DispatchShards" && s.Hex(ParentId) == root.Hex(SpanId));
        Assert.Contains(own, s => s.Text(SpanName) == "CheckShards");

        Assert.DoesNotContain(own, s => s.Text(SpanName) == "ScoreShard");
        Assert.Equal((ulong)shards, Assert.Single(LastOf(receiver, "batch.shard.duration")).Number(4));
        Assert.Equal(2_000, LastOf(receiver, "batch.records.processed").Select(p => (long)p.Number(6)).Single());
        Assert.Equal(0, (long)LastOf(receiver, "batch.queue.depth")[^1].Number(6));
        Assert.Equal(shards, LastOf(receiver, "batch.tier.shards.taken").Select(p => (long)p.Number(6)).Single());
        Assert.Contains(receiver.Logs, l => l.All(LogBody).Any(b => b.Text(1).Contains("takes shards", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_job_that_goes_on_in_another_process_goes_on_in_its_trace_and_logs_name_the_job()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await PrepareAsync(20_000, receiver);
        using (var process = _batchfn.Start("run", Customers.Pipeline, "--job-id", "killed", "--target-rows", "200", "--max-parallel", "1"))
        {
            while (!Directory.Exists(_batchfn.PathOf("batchfn-data", "work", "killed", "shards")) && !process.HasExited)
                await Task.Yield();
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await RunAsync("resume", "killed", "--verbose");

        // The root died with the first process and was never sent; what the second one did belongs to it all the same.
        var steps = receiver.Spans.Where(s => s.Attributes(SpanAttributes).ContainsKey("batch.job")).ToList();
        Assert.Contains(steps, s => s.Text(SpanName) == "Publish");
        Assert.Single(steps.Select(s => (s.Hex(TraceId), s.Hex(ParentId))).Distinct());
        Assert.Contains(receiver.Logs, l => l.Attributes(LogAttributes) is var a && a.GetValueOrDefault("job") == "killed" && a.GetValueOrDefault("pipeline") == "nightly" && a.GetValueOrDefault("model") == "churn@1.0.0");
    }

    [Fact]
    public async Task The_dashboard_asks_for_metrics_and_tags_that_there_are()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await PrepareAsync(500, receiver, "monitoring: { baseline: baseline.yaml }");
        (await _batchfn.RunAsync("baseline", Customers.Pipeline, "--input", $"{_batchfn.PathOf("customers")}/*.csv", "-o", "baseline.yaml")).Expect(0);
        File.WriteAllLines(
            Directory.GetFiles(_batchfn.PathOf("customers"))[0],
            [.. await File.ReadAllLinesAsync(Directory.GetFiles(_batchfn.PathOf("customers"))[0], TestContext.Current.CancellationToken), "broken,line"]);
        await RunAsync("run", Customers.Pipeline, "--job-id", "seen");

        var workbook = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "infra", "workbook", "jobs.workbook.json"), TestContext.Current.CancellationToken))!;
        var queries = workbook["items"]!.AsArray().Select(i => (string?)i!["content"]!["query"]).OfType<string>().ToList();
        var asked = queries.SelectMany(q => MetricNames().Matches(q).Select(m => m.Value)).Distinct().Order().ToList();
        var sent = receiver.Metrics.Select(m => m.Text(MetricName)).Distinct().Order().ToList();

        Assert.Equal(["batch.drift", "batch.jobs", "batch.queue.depth", "batch.records.failed", "batch.records.processed", "batch.rows_per_second", "batch.shard.duration", "batch.success_rate"], sent);
        Assert.Equal(sent, asked);
        var tags = receiver.Metrics.SelectMany(m => m.All(5, Points).Concat(m.All(7, Points)).SelectMany(p => p.Attributes(PointAttributes).Keys)).ToHashSet();
        Assert.All(queries.SelectMany(q => TagName().Matches(q).Select(m => m.Groups[1].Value)), tag => Assert.Contains(tag, tags));
    }

    [Theory]
    [InlineData(TelemetrySettings.OtlpEndpointVariable, "localhost")]
    [InlineData(TelemetrySettings.OtlpProtocolVariable, "json")]
    public async Task Settings_that_are_wrong_are_refused_by_their_name(string variable, string value)
    {
        _batchfn.Variables[variable] = value;

        Assert.Contains($"{variable} is '{value}'", (await _batchfn.RunAsync("list")).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_changes_nothing()
    {
        var receiver = await OtlpReceiver.StartAsync();
        await PrepareAsync(300, receiver);
        await receiver.DisposeAsync();

        await RunAsync("run", Customers.Pipeline, "--job-id", "unseen");

        (await _batchfn.RunAsync("verify", "unseen", "--all")).Expect(0);
    }

    public void Dispose() => _batchfn.Dispose();

    // Points are cumulative: the last ones hold everything.
    private static IReadOnlyList<OtlpMessage> LastOf(OtlpReceiver receiver, string name)
    {
        var last = receiver.Metrics.Last(m => m.Text(MetricName) == name);
        return [.. PointPlaces.SelectMany(place => last.All(place, Points))];
    }

    private async Task PrepareAsync(int rows, OtlpReceiver receiver, string more = "")
    {
        await Customers.PrepareAsync(_batchfn, rows, more);
        _batchfn.Variables[TelemetrySettings.OtlpEndpointVariable] = receiver.Url;
    }

    private async Task RunAsync(params string[] args)
    {
        using var process = _batchfn.Start(args);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await output + await error);
    }

    [GeneratedRegex(@"batch\.[a-z_.]*[a-z]")]
    private static partial Regex MetricNames();

    [GeneratedRegex(@"customDimensions\.(\w+)")]
    private static partial Regex TagName();
}
