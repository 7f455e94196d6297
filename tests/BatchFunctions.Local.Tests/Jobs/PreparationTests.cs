using BatchFunctions.Models;
using BatchFunctions.Models.Training;
using BatchFunctions.Results.Reports;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>Customers are prepared as what training wrote down says, whatever their file looks like.</summary>
public sealed class PreparationTests : IDisposable
{
    private readonly JobWorkbench _bench = new();

    [Fact]
    public async Task What_training_wrote_down_gives_scikit_learns_probabilities()
    {
        JobResult result = await RunAsync(Customers());

        AssertExpected(result, leftOut: []);
    }

    [Fact]
    public async Task The_order_of_the_columns_does_not_matter()
    {
        string[][] rows = Customers();
        int[] order = [.. Enumerable.Range(0, rows[0].Length).OrderBy(i => i * 7 % rows[0].Length)];

        JobResult result = await RunAsync([.. rows.Select(row => order.Select(i => row[i]).ToArray())]);

        AssertExpected(result, leftOut: []);
    }

    [Fact]
    public async Task An_unseen_category_is_a_reject_by_default()
    {
        JobResult result = await RunAsync(WithUnseenContract(row: 3));

        AssertExpected(result, leftOut: [2]);
        Assert.Equal(1, result.RecordsFailed);
        string reject = Assert.Single(Directory.GetFiles(Path.Combine(result.RunFolder!, "rejects")).SelectMany(File.ReadAllLines));
        Assert.Contains("Three year", reject, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Month-to-month")]
    [InlineData("Two year")]
    public async Task An_unseen_category_is_taken_for_the_one_that_the_manifest_names(string category)
    {
        string[][] asIfKnown = Customers();
        asIfKnown[3][At("Contract")] = category;
        double expected = Scores(await RunAsync(asIfKnown, jobId: "known"))[2].Score;

        JobResult result = await RunAsync(WithUnseenContract(row: 3), "Contract", f => f with { Unseen = UnseenRule.As(category) });

        Assert.Equal(0, result.RecordsFailed);
        Assert.Equal(expected, Scores(result)[2].Score);
    }

    [Fact]
    public async Task A_missing_column_is_refused_together_with_every_other_difference()
    {
        string[][] rows = Customers();
        rows[0][At("Contract")] = "contract_type";
        rows[0][At("tenure")] = "tenur";

        JobResult result = await RunAsync(rows, expected: JobStatus.Failed);

        Assert.Equal(ErrorKind.Request, result.ErrorKind);
        Assert.Contains("has no column 'tenure' (did you mean 'tenur'?), 'Contract'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_column_is_imputed_where_the_manifest_says_that_it_may_be_missing()
    {
        int at = At("Contract");
        string[][] filled = Customers(), without = Customers();
        foreach (string[] row in filled.Skip(1))
            row[at] = "One year";
        IReadOnlyList<(string Id, double Score)> expected = Scores(await RunAsync(filled, jobId: "filled"));

        JobResult result = await RunAsync(
            [.. without.Select(row => row.Where((_, i) => i != at).ToArray())], "Contract", f => f with { Optional = true, Missing = MissingRule.Impute("One year") });

        Assert.Equal(expected, Scores(result));
        Assert.Equal(["Contract"], Metadata(result).AbsentColumns);
    }

    [Fact]
    public async Task A_column_that_only_some_files_have_is_refused()
    {
        int at = At("Contract");
        string[][] rows = Customers();
        Write("a.csv", [.. rows.Select(row => row.Where((_, i) => i != at).ToArray())]);

        JobResult result = await RunAsync(rows, "Contract", f => f with { Optional = true, Missing = MissingRule.Impute("One year") }, JobStatus.Failed);

        Assert.Contains("'Contract', which is optional, is missing in other files", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_that_nobody_asks_for_are_noted()
    {
        string[][] rows = [.. Customers().Select((row, i) => row.Append(i == 0 ? "remark" : "x").ToArray())];

        Assert.Equal(["remark"], Metadata(await RunAsync(rows)).UnusedColumns);
    }

    public void Dispose() => _bench.Dispose();

    private static string[][] Customers()
    {
        Telco.SkipUnlessPresent();
        return [.. File.ReadLines(Telco.CustomersFile).Where(l => l.Length > 0).Select(l => l.Split(','))];
    }

    private static string[][] WithUnseenContract(int row)
    {
        string[][] rows = Customers();
        rows[row][At("Contract")] = "Three year";
        return rows;
    }

    private static int At(string column) => Array.IndexOf(Customers()[0], column);

    private static void AssertExpected(JobResult result, int[] leftOut)
    {
        (string Id, double Score)[] expected = [.. Telco.Expected("trees").Where((_, i) => !leftOut.Contains(i))];
        IReadOnlyList<(string Id, double Score)> rows = Scores(result);
        Assert.Equal(expected.Select(e => e.Id), rows.Select(r => r.Id));
        Assert.All(rows.Zip(expected), pair => Assert.Equal(pair.Second.Score, pair.First.Score, 1e-5));
    }

    private static IReadOnlyList<(string Id, double Score)> Scores(JobResult result) =>
        JobWorkbench.Query(result, "select customerID, score from {0}", r => (r.GetString(0), Convert.ToDouble(r.GetValue(1), null)));

    private static RunMetadata Metadata(JobResult result) => RunMetadata.FromJson(File.ReadAllBytes(Path.Combine(result.RunFolder!, "metadata.json")));

    private void Write(string name, string[][] rows) => _bench.Write($"data/{name}", string.Concat(rows.Select(row => string.Join(',', row) + "\n")));

    private async Task<JobResult> RunAsync(
        string[][] rows, string? feature = null, Func<FeatureDefinition, FeatureDefinition>? change = null, JobStatus? expected = null, string jobId = "job")
    {
        (ModelManifest manifest, _) = TrainingFile.Read(await File.ReadAllBytesAsync(Path.Combine(Telco.Folder, "training.json"), TestContext.Current.CancellationToken), "training.json");
        if (change is not null)
            manifest = manifest with { Features = [.. manifest.Features.Select(f => f.Name == feature ? change(f) : f)] };
        string name = $"telco-{jobId}";
        await _bench.RegisterAsync(name, "1.0.0", Telco.Model("trees"), ManifestText.Of(manifest));
        Write("customers.csv", rows);
        string pipeline = _bench.Write($"{jobId}.yaml", $$"""
            name: telco
            source: { path: data/*.csv, id: customerID }
            model: {{name}}@1.0.0
            output: { path: scored }
            """);
        JobResult result = await _bench.RunAsync(JobWorkbench.Request(pipeline, jobId));
        if (expected is { } status)
            Assert.Equal(status, result.Status);
        else
            Assert.True(result.Status is JobStatus.Succeeded or JobStatus.SucceededWithWarnings, $"{result.Status}: {result.Error}");
        return result;
    }
}
