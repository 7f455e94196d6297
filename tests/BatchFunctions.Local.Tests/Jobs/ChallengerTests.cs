using System.Text.Json;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>A second model in the same pass: what it gives is compared as plain definitions say, and nothing of the first model's changes.</summary>
public sealed class ChallengerTests
{
    [Fact]
    public async Task The_models_parts_are_the_same_with_a_challenger_and_without()
    {
        Telco.SkipUnlessPresent();
        using JobWorkbench bench = await TelcoBenchAsync();

        JobResult alone = await RunAsync(bench, "alone", "", 700), challenged = await RunAsync(bench, "challenged", "challenger: { model: linear@1.0.0 }", 700);

        Assert.Equal(JobStatus.Succeeded, challenged.Status);
        Assert.Equal(JobWorkbench.Hashes(alone), JobWorkbench.Hashes(challenged));
        Assert.Equal(JsonValueKind.Null, Summary(alone).GetProperty("challenger").ValueKind);
        JsonElement pin = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(challenged.RunFolder!, "metadata.json"), TestContext.Current.CancellationToken)).RootElement.GetProperty("challenger");
        Assert.Equal(("linear", "1.0.0", 64), (Text(pin, "model_name"), Text(pin, "model_version"), Text(pin, "model_sha256")!.Length));
        Assert.Contains("Cohen's kappa", await File.ReadAllTextAsync(Path.Combine(challenged.RunFolder!, "report.txt"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("<h2>Challenger</h2>", await File.ReadAllTextAsync(Path.Combine(challenged.RunFolder!, "report.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_comparison_is_what_plain_definitions_give_for_any_number_of_shards()
    {
        Telco.SkipUnlessPresent();
        using JobWorkbench bench = await TelcoBenchAsync();
        double[] model = [.. Telco.Expected("trees").Select(e => e.Score)], challenger = [.. Telco.Expected("linear").Select(e => e.Score)];
        bool[] one = [.. model.Select(s => s >= 0.5)], other = [.. challenger.Select(s => s >= 0.5)], left = [.. Telco.Left()];

        List<string> runs = [];
        foreach ((int rows, int parallel) in ((int, int)[])[(10_000, 1), (1_000, 2), (333, 4)])
            runs.Add(Summary(await RunAsync(bench, $"job-{rows}", "challenger: { model: linear@1.0.0 }", rows, parallel)).GetProperty("challenger").GetRawText());

        Assert.All(runs, r => Assert.Equal(runs[0], r));
        JsonElement found = JsonDocument.Parse(runs[0]).RootElement, difference = found.GetProperty("difference");
        double[] differences = [.. challenger.Zip(model, (c, m) => c - m)];
        Assert.Equal(("linear@1.0.0", 7043, 0), (Text(found, "model"), found.GetProperty("records_compared").GetInt64(), found.GetProperty("records_not_scored").GetInt64()));
        Assert.Equal(differences.Average(), difference.GetProperty("mean").GetDouble(), 1e-5);
        Assert.Equal(differences.Min(), difference.GetProperty("min").GetDouble(), 1e-5);
        Assert.Equal(differences.Average(Math.Abs), found.GetProperty("mean_absolute_difference").GetDouble(), 1e-5);
        Assert.Equal(differences.Max(Math.Abs), found.GetProperty("max_absolute_difference").GetDouble(), 1e-5);
        Assert.Equal(7043, found.GetProperty("difference_distribution").EnumerateArray().Sum(b => b.GetProperty("count").GetInt64()));

        double n = one.Length, agreement = one.Zip(other).Count(p => p.First == p.Second) / n;
        double chance = ((one.Count(x => x) / n) * (other.Count(x => x) / n)) + ((one.Count(x => !x) / n) * (other.Count(x => !x) / n));
        Assert.Equal(agreement, found.GetProperty("agreement").GetDouble(), 1e-12);
        Assert.Equal((agreement - chance) / (1 - chance), found.GetProperty("kappa").GetDouble(), 1e-12);
        Assert.Equal(
            one.Zip(other).CountBy(p => p).OrderBy(c => c.Key).Select(c => (long)c.Value),
            found.GetProperty("decisions").EnumerateArray().SelectMany(r => r.EnumerateArray()).Select(c => c.GetInt64()));
        JsonElement measures = found.GetProperty("evaluation").GetProperty("measures");
        Assert.Equal(ReferenceMeasures.Accuracy(left, other), measures.GetProperty("accuracy").GetDouble());
        Assert.Equal(ReferenceMeasures.Auc(left, challenger), measures.GetProperty("auc").GetDouble(), 1e-6);
    }

    [Fact]
    public async Task Its_scores_and_classes_are_further_columns_where_they_are_asked_for()
    {
        Telco.SkipUnlessPresent();
        using JobWorkbench bench = await TelcoBenchAsync();

        JobResult result = await RunAsync(bench, "job", "challenger: { model: linear@1.0.0, columns: true }", 700);

        var rows = JobWorkbench.Query(result, "select score, challenger_score, challenger_prediction from {0}", r => (Convert.ToDouble(r.GetValue(0), null), r.GetDouble(1), r.GetInt32(2)));
        Assert.All(rows.Zip(Telco.Expected("trees"), Telco.Expected("linear")), r =>
        {
            Assert.Equal(r.Second.Score, r.First.Item1, 1e-5);
            Assert.Equal(r.Third.Score, r.First.Item2, 1e-5);
            Assert.Equal(r.Third.Score >= 0.5 ? 1 : 0, r.First.Item3);
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_it_cannot_score_is_counted_and_stays_in_the_output(bool columns)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(1_000, i => i % 10 == 0 ? "7,40,1.5,600,3,10,20.5,0,true,mars,books" : null));
        string sample = Path.Combine(RepositoryPaths.Root, "samples", "churn"), manifest = await File.ReadAllTextAsync(Path.Combine(sample, "manifest.yaml"), TestContext.Current.CancellationToken);
        await bench.RegisterAsync(
            "lenient",
            "1.0.0",
            await File.ReadAllBytesAsync(Path.Combine(sample, "model.onnx"), TestContext.Current.CancellationToken),
            manifest.Replace("name: churn\n", "name: lenient\n", StringComparison.Ordinal).Replace("unseen: reject", "unseen: 0", StringComparison.Ordinal));
        string pipeline = bench.Write("churn.yaml", $$"""
            name: churn
            source: { path: data/customers.csv, id: user_id }
            model: lenient@1.0.0
            challenger: { model: churn@1.0.0, columns: {{(columns ? "true" : "false")}} }
            output: { path: scored }
            shards: { target_rows: 300 }
            """);

        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline));

        Assert.Equal((1_000, 1_000, 0), (result.RecordsTotal, result.RecordsScored, result.RecordsFailed));
        JsonElement found = Summary(result).GetProperty("challenger");
        Assert.Equal((900, 100, 100), (found.GetProperty("records_compared").GetInt64(), found.GetProperty("records_not_scored").GetInt64(), found.GetProperty("not_scored").GetProperty("not_allowed").GetInt64()));
        Assert.Equal((1, 0), (found.GetProperty("agreement").GetDouble(), found.GetProperty("max_absolute_difference").GetDouble()));
        if (columns)
            Assert.Equal((100, 900), Assert.Single(JobWorkbench.Query(
                result, "select count(*) filter (challenger_score is null and challenger_prediction is null), count(*) filter (challenger_score = score) from {0}", r => (r.GetInt64(0), r.GetInt64(1)))));
    }

    [Theory]
    [InlineData("nobody@1.0.0", "nobody")]
    [InlineData("latest", "challenger.model")]
    public async Task One_that_cannot_be_had_is_refused_before_anything_is_scored(string model, string complaint)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(100));
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline($"challenger: {{ model: {model} }}"));

        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline));

        Assert.Equal((JobStatus.Failed, (ErrorKind?)ErrorKind.Request), (result.Status, result.ErrorKind));
        Assert.Contains(complaint, result.Error, StringComparison.Ordinal);
    }

    private static async Task<JobWorkbench> TelcoBenchAsync()
    {
        var bench = new JobWorkbench();
        await bench.RegisterAsync("trees", "1.0.0", Telco.Model("trees"), Telco.TreesManifest());
        await bench.RegisterAsync("linear", "1.0.0", Telco.Model("linear"), Telco.LinearManifest());
        Telco.WriteCustomers(Path.Combine(bench.Data, "customers.csv"), "csv");
        return bench;
    }

    private static async Task<JobResult> RunAsync(JobWorkbench bench, string jobId, string challenger, int rows, int parallel = 1)
    {
        string pipeline = bench.Write($"{jobId}.yaml", $$"""
            name: telco
            source: { path: data/customers.csv, id: customerID }
            model: trees@1.0.0
            output: { path: scored }
            shards: { target_rows: {{rows}} }
            {{challenger}}
            """);
        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline, jobId, parallel));
        Assert.True(result.RunFolder is not null, result.Error);
        return result;
    }

    private static JsonElement Summary(JobResult result) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(result.RunFolder!, "summary_metrics.json"))).RootElement;

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
