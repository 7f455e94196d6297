using System.Globalization;
using System.Text;
using System.Text.Json;
using BatchFunctions.Lineage;
using BatchFunctions.Models;
using BatchFunctions.Reprocessing;
using BatchFunctions.TestSupport;
using BatchFunctions.Verification;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>Challengers of every kind, among them such as fail while the job runs: they are compared as far as that goes, and the job does not notice.</summary>
public sealed class ChallengerModelTests : IDisposable
{
    private const string Softmax = "features: [u, v]\nclasses: [red, green, blue]\noutputs: { score: probabilities }";
    private const int Rows = 1_000;

    private static readonly string[] Colours = ["red", "green", "blue"];

    private readonly JobWorkbench _bench = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task One_that_fails_on_every_batch_leaves_a_job_that_succeeded_and_an_output_as_without_it()
    {
        await RegisterAsync("logarithm", "features: [x]");
        await RegisterAsync("greedy", "features: [x]");
        string csv = "id,x\n" + string.Concat(Enumerable.Range(1, Rows).Select(i => $"{i},{i}\n"));

        JobResult alone = await RunAsync("alone", "logarithm", csv), result = await RunAsync("job", "logarithm", csv, "challenger: { model: greedy@1, columns: true }");

        Assert.Equal((JobStatus.Succeeded, Rows, 0), (result.Status, result.RecordsScored, result.RecordsFailed));
        JsonElement found = Challenger(result);
        Assert.Equal((0, Rows), (Number(found, "records_compared"), Number(found, "records_not_scored")));
        Assert.Equal(Rows, Number(found.GetProperty("not_scored"), "challenger_failed"));
        Assert.Contains("greedy@1", found.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(Scores(alone), Scores(result));
        Assert.Equal(Rows, Assert.Single(JobWorkbench.Query(result, "select count(*) filter (challenger_score is null) from {0}", r => r.GetInt64(0))));
        Assert.Contains("It failed: ", await ReadAsync(result, "report.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verification_lineage_and_reprocessing_go_on_with_one_that_fails()
    {
        await RegisterAsync("logarithm", "features: [x]");
        await RegisterAsync("greedy", "features: [x]");
        string csv = "id,x\n" + string.Concat(Enumerable.Range(1, Rows).Select(i => i % 100 == 0 ? $"{i},broken\n" : $"{i},{i}\n"));
        JobResult job = await RunAsync("job", "logarithm", csv, "challenger: { model: greedy@1 }");

        Assert.Empty(await ProblemsAsync(job));
        JobResult added = await ReprocessAsync("id,x\n" + string.Concat(Enumerable.Range(1, 10).Select(i => $"{i * 100},{i}\n")));
        Assert.Equal((JobStatus.Succeeded, 10), (added.Status, added.RecordsScored));
        Assert.Empty(await ProblemsAsync(job));
        JsonElement found = Challenger(job);
        Assert.Equal(Rows, Number(found, "records_not_scored"));
        foreach (string model in (string[])["logarithm", "greedy"])
            Assert.Equal(["job", "job-reprocess-1"], (await new LineageReader(_bench.Services(), null).ListAsync(new ModelReference(model, "1"), Stop)).Select(j => j.Use.JobId).Order());
    }

    [Fact]
    public async Task What_a_reprocess_adds_is_compared_too()
    {
        await RegisterAsync("logarithm", "features: [x]");
        await RegisterAsync("sum", "features: [x, y, z]");
        string csv = "id,x,y,z\n" + string.Concat(Enumerable.Range(1, Rows).Select(i => i % 100 == 0 ? $"{i},broken,1,2\n" : $"{i},{i},1,2\n"));
        JobResult job = await RunAsync("job", "logarithm", csv, "challenger: { model: sum@1 }");
        Assert.Equal(Rows - 10, Number(Challenger(job), "records_compared"));

        await ReprocessAsync("id,x,y,z\n" + string.Concat(Enumerable.Range(1, 10).Select(i => $"{i * 100},{i * 100},1,2\n")));

        JsonElement found = Challenger(job);
        Assert.Equal(Rows, Number(found, "records_compared"));
        Assert.Equal(Enumerable.Range(1, Rows).Average(i => i + 3 - Math.Log(i)), found.GetProperty("difference").GetProperty("mean").GetDouble(), 1e-4);
        Assert.Empty(await ProblemsAsync(job));
    }

    [Fact]
    public async Task Columns_that_only_the_challenger_reads_make_no_reject_whatever_they_hold()
    {
        await RegisterAsync("logarithm", "features: [x]");
        await RegisterAsync("sum", "features: [x, y, { name: z, missing: 5 }]");
        string csv = "id,x,y,z\n1,1,1,1\n2,1,,1\n3,1,broken,1\n4,1,1,\n5,1,1,broken\n6,broken,1,1\n";

        JobResult result = await RunAsync("job", "logarithm", csv, "challenger: { model: sum@1, columns: true }");

        Assert.Equal((6, 5, 1), (result.RecordsTotal, result.RecordsScored, result.RecordsFailed));
        JsonElement found = Challenger(result);
        Assert.Equal((3, 2), (Number(found, "records_compared"), Number(found.GetProperty("not_scored"), "missing")));
        Assert.Equal(
            [(1, 3), (2, null), (3, null), (4, 7), (5, 7)],
            JobWorkbench.Query(result, "select id, challenger_score from {0}", r => (Convert.ToInt32(r.GetValue(0), CultureInfo.InvariantCulture), r.IsDBNull(1) ? (double?)null : r.GetDouble(1))));
    }

    [Fact]
    public async Task Scores_too_large_to_reckon_with_are_no_scores_and_the_largest_that_are_left_can_be_compared()
    {
        // The score is a + 10 b + 100 c + 1000 d + 10000 e, in doubles.
        await RegisterAsync("columns", "features: [a, b, c, d, e]");
        await RegisterAsync("columns", "features: [a, b, c, { name: d, clip: { min: -1.0e+140, max: 1.0e+140 } }, e]", "clipped");
        string csv = "id,a,b,c,d,e,truth\n1,1,0,0,1e200,0,2\n2,1,0,0,9e146,0,2\n3,1,0,0,-9e146,0,1e149\n4,1,0,0,1,0,1\n";

        JobResult result = await RunAsync("job", "clipped", csv, "challenger: { model: columns@1 }\nevaluation: { label: truth }");

        Assert.Equal((JobStatus.Succeeded, 4, 0), (result.Status, result.RecordsScored, result.RecordsFailed));
        JsonElement found = Challenger(result);
        Assert.Equal((3, 1), (Number(found, "records_compared"), Number(found.GetProperty("not_scored"), "no_score")));
        Assert.Equal(9e149, found.GetProperty("max_absolute_difference").GetDouble(), 1e144);

        JobResult turned = await RunAsync("turned", "columns", csv, "challenger: { model: clipped@1 }");
        Assert.Equal((3, 1), (turned.RecordsScored, turned.RecordsFailed));
    }

    [Fact]
    public async Task A_regression_without_a_threshold_challenges_one_whose_manifest_has_one()
    {
        await RegisterAsync("logarithm", "features: [x]\ntask: regression\nthreshold: 2\nlabel: left\npositive_label: \"1\"");
        await RegisterAsync("logarithm", "features: [x]\ntask: regression", "plain");

        JobResult result = await RunAsync("job", "logarithm", "id,x,left\n1,1,0\n2,20,1\n", "challenger: { model: plain@1 }\nevaluation: { label: left, positive: \"1\" }");

        Assert.Equal((JobStatus.Succeeded, 2), (result.Status, result.RecordsScored));
        JsonElement found = Challenger(result);
        Assert.Equal((2, JsonValueKind.Null), (Number(found, "records_compared"), found.GetProperty("evaluation").ValueKind));
        Assert.Equal(JsonValueKind.Null, found.GetProperty("agreement").ValueKind);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(137)]
    public async Task Several_classes_are_compared_by_name_and_by_their_probabilities(int shardRows)
    {
        var random = new Random(5);
        (double U, double V, string Truth)[] records = [.. Enumerable.Range(0, Rows).Select(_ => (Math.Round((random.NextDouble() * 4) - 2, 3), Math.Round((random.NextDouble() * 4) - 2, 3), Colours[random.Next(3)]))];
        var csv = new StringBuilder("id,u,v,colour\n");
        foreach ((int i, var record) in records.Index())
            csv.Append(CultureInfo.InvariantCulture, $"{i},{record.U},{record.V},{record.Truth}\n");
        await RegisterAsync("softmax", Softmax);
        await RegisterAsync("softmax", Softmax.Replace("[u, v]", "[v, u]", StringComparison.Ordinal), "turned");

        JobResult result = await RunAsync("job", "softmax", csv.ToString(), "challenger: { model: turned@1, columns: true }\nevaluation: { label: colour }", shardRows);

        double[][] model = [.. records.Select(r => Probabilities(r.U, r.V))], challenger = [.. records.Select(r => Probabilities(r.V, r.U))];
        string[] one = [.. model.Select(LabelOf)], other = [.. challenger.Select(LabelOf)];
        JsonElement found = Challenger(result);
        double agreement = one.Zip(other).Count(p => p.First == p.Second) / (double)Rows;
        double chance = Colours.Sum(c => one.Count(o => o == c) / (double)Rows * (other.Count(o => o == c) / (double)Rows));
        Assert.Equal(agreement, found.GetProperty("agreement").GetDouble(), 1e-12);
        Assert.Equal((agreement - chance) / (1 - chance), found.GetProperty("kappa").GetDouble(), 1e-12);
        Assert.Equal(
            one.Zip(other).CountBy(p => p).Select(p => $"{p.Key.First} {p.Key.Second} {p.Value}").Order(),
            found.GetProperty("classes").EnumerateArray().Select(c => $"{Text(c, "model")} {Text(c, "challenger")} {Number(c, "records")}").Order());
        foreach ((int i, JsonElement row) in found.GetProperty("difference_by_class").EnumerateArray().Index())
        {
            double[] differences = [.. challenger.Zip(model, (c, m) => c[i] - m[i])];
            Assert.Equal((Colours[i], one.Count(o => o == Colours[i]), other.Count(o => o == Colours[i])), (Text(row, "class"), Number(row, "model_records"), Number(row, "challenger_records")));
            Assert.Equal(differences.Average(), row.GetProperty("mean").GetDouble(), 1e-6);
            Assert.Equal(differences.Average(Math.Abs), row.GetProperty("mean_absolute").GetDouble(), 1e-6);
            Assert.Equal(differences.Max(Math.Abs), row.GetProperty("max_absolute").GetDouble(), 1e-6);
        }

        double right = other.Zip(records).Count(p => p.First == p.Second.Truth) / (double)Rows;
        Assert.Equal(right, found.GetProperty("evaluation").GetProperty("measures").GetProperty("accuracy").GetDouble(), 1e-12);
        Assert.Equal(other, JobWorkbench.Query(result, "select challenger_prediction from {0} order by cast(id as int)", r => r.GetString(0)));
        Assert.Contains("green", await ReadAsync(result, "report.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classes_are_brought_together_by_name_whatever_their_order_and_one_that_only_one_model_knows_agrees_with_nothing()
    {
        // Of the challenger's probabilities the first is called blue and the last violet, and its labels are red, green and blue.
        await RegisterAsync("softmax", Softmax);
        await RegisterAsync("softmax", Softmax.Replace("[red, green, blue]", "[blue, green, violet]", StringComparison.Ordinal), "other");
        string csv = "id,u,v,colour\n1,3,0,green\n2,0,3,blue\n3,-2,-2,red\n";

        JobResult result = await RunAsync("job", "softmax", csv, "challenger: { model: other@1 }\nevaluation: { label: colour }");

        JsonElement found = Challenger(result);
        Assert.Equal(
            ["blue blue 1", "green green 1", "red (none of the classes) 1"],
            found.GetProperty("classes").EnumerateArray().Select(c => $"{Text(c, "model")} {Text(c, "challenger")} {Number(c, "records")}").Order());
        Assert.Equal(2 / 3.0, found.GetProperty("agreement").GetDouble(), 1e-12);
        Assert.Equal(["green", "blue"], found.GetProperty("difference_by_class").EnumerateArray().Select(c => Text(c, "class")));
        Assert.Equal((2, 1), (Number(found.GetProperty("evaluation"), "records_evaluated"), Number(found.GetProperty("evaluation"), "records_with_unknown_label")));
    }

    [Theory]
    [InlineData("classifier", "features: [u, v]", "two of several classes")]
    [InlineData("zipmap", "features: [u, v]", "cat, dog, owl")]
    public async Task One_that_cannot_be_compared_is_refused_before_anything_is_scored(string name, string manifest, string complaint)
    {
        await RegisterAsync("softmax", Softmax);
        await RegisterAsync(name, manifest);

        JobResult result = await RunAsync("job", "softmax", "id,u,v\n1,1,1\n", $"challenger: {{ model: {name}@1 }}");

        Assert.Equal((JobStatus.Failed, (ErrorKind?)ErrorKind.Request), (result.Status, result.ErrorKind));
        Assert.Contains(complaint, result.Error, StringComparison.Ordinal);
    }

    private static double[] Probabilities(double u, double v)
    {
        double[] z = [Math.Exp(u), Math.Exp(v), Math.Exp(-u - v)];
        return [.. z.Select(e => e / z.Sum())];
    }

    // This model names the class after the most probable one.
    private static string LabelOf(double[] probabilities) => Colours[(Array.IndexOf(probabilities, probabilities.Max()) + 1) % 3];

    private async Task RegisterAsync(string model, string manifest, string? name = null) => await _bench.RegisterAsync(
        name ?? model, "1", await File.ReadAllBytesAsync(Path.Combine(RepositoryPaths.Root, "tests", "BatchFunctions.Tests", "Models", "data", $"{model}.onnx"), Stop), manifest);

    private async Task<JobResult> RunAsync(string jobId, string model, string csv, string more = "", int shardRows = 300)
    {
        _bench.Write("data/x.csv", csv);
        string pipeline = _bench.Write($"{jobId}.yaml", $$"""
            name: compared
            source: { path: data/x.csv, id: id }
            model: {{model}}@1
            output: { path: scored }
            shards: { target_rows: {{shardRows}} }
            {{more}}
            """);
        return await _bench.RunAsync(JobWorkbench.Request(pipeline, jobId, 2));
    }

    private async Task<JobResult> ReprocessAsync(string csv)
    {
        await using var runtime = new JobRuntime(_bench.Services());
        await using EmbeddedEngine engine = await EmbeddedEngine.OpenAsync(
            new EmbeddedEngineOptions { JournalPath = _bench.Journal }, runtime.Catalog, TimeProvider.System, NullLoggerFactory.Instance, Stop);
        var wish = new ReprocessWish { Corrected = _bench.Write("corrected.csv", csv), By = "ada" };
        return await engine.RunAsync(await new ReprocessDraft(_bench.Services(), engine).MakeAsync((await engine.FindAsync("job", Stop))!, wish, "test", Stop), Stop);
    }

    private async Task<IEnumerable<VerificationProblem>> ProblemsAsync(JobResult job)
    {
        VerificationReport report = await new JobVerifier(_bench.Services()).VerifyAsync("job", job.RunFolder!, new VerificationOptions { All = true }, Stop);
        Assert.Contains(report.Checks, c => c is { Name: "model", Checked: 4 or 8 });
        return report.Checks.SelectMany(c => c.Problems);
    }

    private static IReadOnlyList<float> Scores(JobResult result) => JobWorkbench.Query(result, "select score from {0} order by cast(id as int)", r => r.GetFloat(0));

    private static JsonElement Challenger(JobResult result) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(result.RunFolder!, "summary_metrics.json"))).RootElement.GetProperty("challenger");

    private static Task<string> ReadAsync(JobResult result, string file) => File.ReadAllTextAsync(Path.Combine(result.RunFolder!, file), Stop);

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
