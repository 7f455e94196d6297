using System.Text.Json;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>Jobs held against a baseline and against the jobs before them.</summary>
public sealed class MonitoringTests
{
    private const string Baseline = """
        baseline:
          records: 10000
          features:
            age: { edges: [17.5, 33.5, 48.5, 64.5, 79.5], counts: [2581, 2419, 2581, 2419] }
            region: { categories: [north, north_east, east, south_east, south, south_west, west], counts: [1250, 1250, 1250, 1250, 1250, 1250, 1250] }
        """;

    [Fact]
    public async Task Drift_is_the_same_for_any_number_and_order_of_shards()
    {
        List<string> runs = [];
        foreach ((int rows, int parallel) in ((int, int)[])[(100_000, 1), (700, 1), (700, 4), (90, 2)])
        {
            using JobWorkbench bench = await BenchAsync();
            string pipeline = bench.Write("churn.yaml", Churn.Pipeline($"shards: {{ target_rows: {rows} }}\nmonitoring: {{ baseline: baseline.yaml }}"));
            runs.Add(Summary(await bench.RunAsync(JobWorkbench.Request(pipeline, maxParallel: parallel))).GetProperty("drift").GetProperty("features").GetRawText());
        }

        Assert.All(runs, r => Assert.Equal(runs[0], r));
        Assert.Contains("\"north_west\":", runs[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", JobStatus.SucceededWithWarnings, "_WARNINGS")]
    [InlineData("policy: { on_breach: fail }", JobStatus.Failed, "_FAILED")]
    public async Task What_the_baseline_does_not_know_is_an_alarm_that_the_policy_decides_on(string policy, JobStatus status, string marker)
    {
        using JobWorkbench bench = await BenchAsync();
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline("monitoring: { baseline: baseline.yaml, drift: { unseen_rate: 0.01 } }\n" + policy));

        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline));

        Assert.Equal(status, result.Status);
        Assert.True(File.Exists(Path.Combine(result.RunFolder!, marker)));
        JsonElement summary = Summary(result);
        JsonElement alarm = Assert.Single(summary.GetProperty("alarms").EnumerateArray());
        Assert.Equal(("drift", "region", "unseen_rate", 0.01), (Text(alarm, "kind"), Text(alarm, "feature"), Text(alarm, "measure"), alarm.GetProperty("limit").GetDouble()));
        Assert.Equal(Text(alarm, "message"), Assert.Single(summary.GetProperty("warnings").EnumerateArray()).GetString());
        Assert.Contains("'north_west'", Text(alarm, "message"), StringComparison.Ordinal);
        Assert.Contains("Drift\n-----", await File.ReadAllTextAsync(Path.Combine(result.RunFolder!, "report.txt"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_is_rejected_counts_for_drift_and_one_that_cannot_be_read_does_not()
    {
        using JobWorkbench bench = await BenchAsync(i => (i % 10) switch
        {
            0 => "7,40,1.5,600,3,10,20.5,0,true,mars,books",
            1 => "7,,1.5,600,3,10,20.5,0,true,north,books",
            2 => "7,40,1.5,600,3,10",
            _ => null,
        });
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline("monitoring: { baseline: baseline.yaml }"));

        JsonElement[] features = [.. Summary(await bench.RunAsync(JobWorkbench.Request(pipeline))).GetProperty("drift").GetProperty("features").EnumerateArray()];

        Assert.All(features, f => Assert.Equal(4_500, f.GetProperty("records").GetInt64()));
        Assert.Equal(500 / 4_500.0, features[0].GetProperty("missing_rate").GetDouble(), 1e-12);
        Assert.Equal(500, features[1].GetProperty("unseen_values").GetProperty("mars").GetInt64());
    }

    [Fact]
    public async Task Volume_is_held_against_the_jobs_before_and_the_first_says_that_there_is_none()
    {
        using JobWorkbench bench = await BenchAsync();
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline("monitoring: { drift: {}, volume: { min_ratio: 0.5, max_ratio: 2 } }"));

        JobResult first = await bench.RunAsync(JobWorkbench.Request(pipeline, "first")), same = await bench.RunAsync(JobWorkbench.Request(pipeline, "same"));
        bench.Write("data/customers.csv", Churn.Customers(1_000));
        JobResult few = await bench.RunAsync(JobWorkbench.Request(pipeline, "few"));

        Assert.Equal((JobStatus.Succeeded, JobStatus.Succeeded, JobStatus.SucceededWithWarnings), (first.Status, same.Status, few.Status));
        Assert.Contains("There is no earlier job of this pipeline to compare with.", await File.ReadAllTextAsync(Path.Combine(first.RunFolder!, "report.txt"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(1, Summary(same).GetProperty("volume").GetProperty("ratio").GetDouble());
        JsonElement volume = Summary(few).GetProperty("volume");
        Assert.Equal(["same", "first"], volume.GetProperty("runs").EnumerateArray().Select(r => Text(r, "job_id")));
        Assert.Equal(0.2, volume.GetProperty("ratio").GetDouble());
        Assert.Equal("1,000 records are 0.2 times the median of the last 2 jobs (5,000); at least 0.5 times is allowed.", Assert.Single(few.Warnings));
    }

    [Theory]
    [InlineData("monitoring: { baseline: nowhere.yaml }", "There is no baseline")]
    [InlineData("monitoring: { baseline: churn.yaml }", "churn.yaml")]
    [InlineData("monitoring: { baseline: baseline.yaml, features: { agee: { psi: 0.1 } } }", "did you mean 'age'?")]
    public async Task A_baseline_that_does_not_fit_is_refused_before_anything_is_read(string monitoring, string complaint)
    {
        using JobWorkbench bench = await BenchAsync();
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline(monitoring));

        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline));

        Assert.Equal((JobStatus.Failed, (ErrorKind?)ErrorKind.Request), (result.Status, result.ErrorKind));
        Assert.Contains(complaint, result.Error, StringComparison.Ordinal);
    }

    private static async Task<JobWorkbench> BenchAsync(Func<int, string?>? replace = null)
    {
        JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(5_000, replace));
        bench.Write("baseline.yaml", Baseline);
        return bench;
    }

    private static JsonElement Summary(JobResult result)
    {
        Assert.True(result.RunFolder is not null, result.Error);
        return JsonDocument.Parse(File.ReadAllBytes(Path.Combine(result.RunFolder, "summary_metrics.json"))).RootElement;
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
