using BatchFunctions.Results.Reports;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>Models of every kind and inputs of every layout end as the columns that people expect.</summary>
public sealed class OutputShapeTests : IDisposable
{
    private static readonly string[] Classes = ["red", "green", "blue"];

    private readonly JobWorkbench _bench = new();

    [Fact]
    public async Task A_multi_class_model_leaves_score_class_and_every_probability()
    {
        JobResult result = await RunAsync("softmax", "features: [u, v]\nclasses: [red, green, blue]", "id,u,v\n1,5,0\n2,0,5\n");

        Assert.Equal(["id", "score", "prediction", "probability_red", "probability_green", "probability_blue"], Columns(result));
        IReadOnlyList<(double Score, string Class, double[] Probabilities)> rows = JobWorkbench.Query(
            result,
            "select score, prediction, probability_red, probability_green, probability_blue from {0}",
            r => (Number(r[0]), r.GetString(1), (double[])[Number(r[2]), Number(r[3]), Number(r[4])]));
        Assert.All(rows, row =>
        {
            Assert.Equal(1, row.Probabilities.Sum(), 1e-6);
            Assert.Equal(row.Probabilities.Max(), row.Score);

            // This model names the class after the most probable one, so that its own label is told apart from an arg max.
            Assert.Equal(Classes[(Array.IndexOf(row.Probabilities, row.Score) + 1) % 3], row.Class);
        });
    }

    [Fact]
    public async Task A_regression_leaves_its_value_and_no_class()
    {
        JobResult result = await RunAsync("sum", "features: [a, b, c]", "id,a,b,c\n1,1,2,3\n2,10,20,30\n");

        Assert.Equal(["id", "score"], Columns(result));
        Assert.Equal([6.0, 60.0], JobWorkbench.Query(result, "select score from {0}", r => Number(r[0])));
    }

    [Fact]
    public async Task A_vector_leaves_a_column_for_each_element()
    {
        JobResult result = await RunAsync("vector", "features: [u, v]", "id,u,v\n1,5,0\n2,0,5\n");

        Assert.Equal(["id", "score_0", "score_1", "score_2", "score_3"], Columns(result));
    }

    [Fact]
    public async Task A_threshold_on_a_model_without_one_score_is_refused()
    {
        JobResult result = await RunAsync("vector", "features: [u, v]", "id,u,v\n1,5,0\n", "decisions: { threshold: 0.5 }", JobStatus.Failed);

        Assert.Equal(ErrorKind.Request, result.ErrorKind);
        Assert.Contains("decisions.threshold", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_id_a_record_is_named_by_file_and_number()
    {
        _bench.Write("data/a.csv", "a,b,c\n1,1,1\n2,2,2\n");
        _bench.Write("data/b.csv", "c,a,b\n3,3,3\n");
        JobResult result = await RunAsync("sum", "features: [a, b, c]", null, path: "data/*.csv", id: null);

        Assert.Equal(
            [("a.csv", 0L, 3.0), ("a.csv", 1L, 6.0), ("b.csv", 0L, 9.0)],
            JobWorkbench.Query(result, "select file, record, score from {0}", r => (r.GetString(0), r.GetInt64(1), Number(r[2]))));
    }

    [Fact]
    public async Task Folders_named_key_equals_value_are_columns_that_can_be_features_and_can_be_carried_along()
    {
        _bench.Write("data/day=2026-02-07/c=4/x.csv", "id,a,b\n1,1,1\n");
        _bench.Write("data/day=2026-02-08/c=5/x.csv", "id,a,b\n2,2,2\n");
        JobResult result = await RunAsync("sum", "features: [a, b, c]", null, "output: { path: scored, include: [day] }", path: "data/**/*.csv");

        Assert.Equal(
            [(1L, "2026-02-07", 6.0), (2L, "2026-02-08", 9.0)],
            JobWorkbench.Query(result, "select id, day, score from {0}", r => (Convert.ToInt64(r[0], null), r.GetString(1), Number(r[2]))));
    }

    [Fact]
    public async Task A_date_in_the_path_is_the_jobs()
    {
        _bench.Write("data/dt=2026-02-07/x.csv", "id,a,b,c\n1,1,1,1\n");
        _bench.Write("data/dt=2026-02-08/x.csv", "id,a,b,c\n2,2,2,2\n");
        JobResult result = await RunAsync("sum", "features: [a, b, c]", null, path: "data/dt={date}/*.csv");

        Assert.Equal([6.0], JobWorkbench.Query(result, "select score from {0}", r => Number(r[0])));
    }

    [Fact]
    public async Task Gzip_text_is_one_shard_whose_records_are_counted_as_they_are_read()
    {
        using (var gzip = new System.IO.Compression.GZipStream(File.Create(Path.Combine(_bench.Data, "x.csv.gz")), System.IO.Compression.CompressionLevel.Fastest))
            gzip.Write("id,a,b,c\n1,1,1,1\n2,2,2,x\n3,3,3,3\n"u8);
        JobResult result = await RunAsync("sum", "features: [a, b, c]", null, path: "data/*.csv.gz");

        Assert.Equal((3, 2, 1), (result.RecordsTotal, result.RecordsScored, result.RecordsFailed));
    }

    [Fact]
    public async Task Csv_output_has_the_same_rows()
    {
        JobResult result = await RunAsync("sum", "features: [a, b, c]", "id,a,b,c\n\"x,1\",1,2,3\ny,1,1,1\n", "output: { path: scored, format: csv }");

        string part = Assert.Single(Directory.GetFiles(Path.Combine(result.RunFolder!, "predictions"), "*.csv"));
        Assert.Equal("id,score\n\"x,1\",6\ny,3\n", await File.ReadAllTextAsync(part, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_column_that_scoring_adds_cannot_be_carried_along_too()
    {
        JobResult result = await RunAsync("sum", "features: [a, b, c]", "id,a,b,c,score\n1,1,1,1,9\n", "output: { path: scored, include: [score] }", JobStatus.Failed);

        Assert.Equal(ErrorKind.Request, result.ErrorKind);
        Assert.Contains("two columns 'score'", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scoring: { batch_size: 100 }", 100, "pipeline")]
    [InlineData("", 4096, "default")]
    public async Task Who_settled_the_batch_size_is_recorded(string more, int rows, string origin)
    {
        JobResult result = await RunAsync("sum", "features: [a, b, c]", "id,a,b,c\n1,1,2,3\n", more);

        RunMetadata metadata = RunMetadata.FromJson(await File.ReadAllBytesAsync(Path.Combine(result.RunFolder!, "metadata.json"), TestContext.Current.CancellationToken));
        Assert.Equal((rows, origin), (metadata.BatchSize, metadata.BatchSizeOrigin));
    }

    [Fact]
    public async Task A_job_of_another_journal_never_writes_into_a_finished_run_folder()
    {
        JobResult first = await RunAsync("sum", "features: [a, b, c]", "id,a,b,c\n1,1,2,3\n");
        File.Delete(_bench.Journal);
        Directory.Delete(_bench.WorkAddress, recursive: true);

        JobResult second = await _bench.RunAsync(JobWorkbench.Request(Path.Combine(_bench.Root, "shapes.yaml")));

        Assert.Equal((JobStatus.Failed, (ErrorKind?)ErrorKind.Request), (second.Status, second.ErrorKind));
        Assert.Contains(first.RunFolder!, second.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _bench.Dispose();

    private static double Number(object value) => Convert.ToDouble(value, null);

    private static IReadOnlyList<string> Columns(JobResult result) =>
        DuckDb.Query($"describe select * from read_parquet('{result.RunFolder}/predictions/*.parquet')", r => r.GetString(0));

    private async Task<JobResult> RunAsync(
        string model, string manifest, string? csv, string more = "", JobStatus expected = JobStatus.Succeeded, string path = "data/x.csv", string? id = "id")
    {
        string file = Path.Combine(RepositoryPaths.Root, "tests", "BatchFunctions.Tests", "Models", "data", $"{model}.onnx");
        await _bench.RegisterAsync("shapes", "1.0.0", await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), manifest);
        if (csv is not null)
            _bench.Write("data/x.csv", csv);
        string pipeline = _bench.Write("shapes.yaml", $"""
            name: shapes
            source:
              path: "{path}"
              {(id is null ? "" : $"id: {id}")}
            model: shapes@1.0.0
            {more}
            """);
        JobResult result = await _bench.RunAsync(JobWorkbench.Request(pipeline));
        Assert.True(result.Status == expected, $"{result.Status}: {result.Error}");
        return result;
    }
}
