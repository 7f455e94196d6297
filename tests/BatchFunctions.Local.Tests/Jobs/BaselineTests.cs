using System.Globalization;
using System.Text.Json;
using BatchFunctions.Baselines;
using BatchFunctions.Models;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

public sealed class BaselineTests
{
    [Theory]
    [InlineData(100_000)]
    [InlineData(600)]
    public async Task A_job_of_the_same_records_is_no_distance_from_the_baseline_of_its_pipeline(int rows)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(5_000, i => i % 100 == 0 ? "7,,1.5,600,3,10,20.5,0,true,mars,books" : null));
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline($"shards: {{ target_rows: {rows} }}\nmonitoring: {{ baseline: baseline.yaml, drift: {{ psi: 0.000001, ks: 0.000001, js: 0.000001 }} }}"));
        MadeBaseline made = await MakeAsync(bench, new BaselineRequest { Source = pipeline });
        bench.Write("baseline.yaml", made.Text);

        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline));

        Assert.Equal(JobStatus.Succeeded, result.Status);
        Assert.Equal(5_000, made.Baseline.Records);
        JsonElement drift = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(result.RunFolder!, "summary_metrics.json"), TestContext.Current.CancellationToken)).RootElement.GetProperty("drift");
        Assert.Equal(made.Baseline.Features.Count, drift.GetProperty("features").GetArrayLength());
        Assert.Empty(made.LeftOut);
        Assert.All(drift.GetProperty("features").EnumerateArray().Append(drift.GetProperty("score")), f =>
        {
            Assert.Equal((0, 0), (f.GetProperty("psi").GetDouble(), f.GetProperty("js").GetDouble()));
            Assert.Equal(f.GetProperty("baseline_missing_rate").GetDouble(), f.GetProperty("missing_rate").GetDouble(), 1e-12);
        });
    }

    [Fact]
    public async Task Data_without_a_model_gets_the_types_that_its_values_have()
    {
        using var bench = new JobWorkbench();
        string file = bench.Write("data/scored.csv", "id,age,rate,kind,note,empty,score\n" + string.Concat(Enumerable.Range(0, 1_000).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"c{i},{20 + (i % 50)},{(i % 4 == 0 ? "" : $"{i % 10}.5")},{(i % 3 == 0 ? "a" : "b")},\"x{i}\",,{i / 1000.0}\n"))));

        MadeBaseline made = await MakeAsync(bench, new BaselineRequest { Source = file });

        Assert.Equal(["age", "rate", "kind"], made.Baseline.Features.Keys);
        Assert.Equal(["id", "note", "empty"], made.LeftOut.Keys);
        Histogram age = made.Baseline.Features["age"], rate = made.Baseline.Features["rate"], kind = made.Baseline.Features["kind"];
        Assert.Equal((20, 69, 1_000), (age.Edges[0], age.Edges[^1], age.Counts.Sum()));
        Assert.Equal((250, 750), (rate.Missing, rate.Counts.Sum()));
        Assert.Equal(["b", "a"], kind.Categories);
        Assert.Equal([666, 334], kind.Counts);
        Assert.Equal((0, 1, 1_000), (made.Baseline.Score!.Edges[0], made.Baseline.Score.Edges[^1], made.Baseline.Score.Counts.Sum()));
    }

    [Theory]
    [InlineData("data/ids.csv", null, "No column of")]
    [InlineData("data/ids.csv", "skore", "'skore'")]
    [InlineData("data/nowhere.csv", null, "nowhere.csv")]
    [InlineData("data/table", null, "is a Delta table")]
    public async Task What_has_no_baseline_is_refused(string file, string? score, string complaint)
    {
        using var bench = new JobWorkbench();
        bench.Write("data/ids.csv", "id\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"c{i}\n")));
        bench.Write("data/table/_delta_log/00000000000000000000.json", """
            {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
            {"metaData":{"id":"t","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[]}","partitionColumns":[],"configuration":{}}}
            """);

        var refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => MakeAsync(bench, new BaselineRequest { Source = Path.Combine(bench.Root, file), Score = score }));

        Assert.Equal(ErrorKind.Request, refusal.Kind);
        Assert.Contains(complaint, refusal.Message, StringComparison.Ordinal);
    }

    private static Task<MadeBaseline> MakeAsync(JobWorkbench bench, BaselineRequest request) =>
        new BaselineMaker(bench.Services()).MakeAsync(request, TestContext.Current.CancellationToken);
}
