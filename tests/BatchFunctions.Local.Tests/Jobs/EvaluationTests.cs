using BatchFunctions.Results.Evaluations;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>Jobs with labels in their input, of every kind and in every state.</summary>
public sealed class EvaluationTests : IDisposable
{
    // The score of u, v is 1 / (1 + exp(-2 (u + v))).
    private const string Binary = "features: [u, v]\nlabel: left\npositive_label: \"Yes\"";

    private readonly JobWorkbench _bench = new();
    private int _runs;

    [Fact]
    public async Task Labels_that_are_there_are_used_without_being_asked_for()
    {
        EvaluationReport? report = await EvaluateAsync("classifier", Binary, "id,u,v,left\n1,1,1,Yes\n2,-1,-1,No\n3,2,0,No\n4,1,0,Yes\n");

        Assert.Equal((4, "No", 0.75), (report!.RecordsEvaluated, report.NegativeLabel, report.Measures.Accuracy));
        Assert.Equal([new ConfusionCell("No", "No", 1), new ConfusionCell("No", "Yes", 1), new ConfusionCell("Yes", "No", 0), new ConfusionCell("Yes", "Yes", 2)], report.ConfusionMatrix);
        Assert.Equal((2 / 3.0, 1, 0.8), (report.Measures.Precision, report.Measures.Recall, report.Measures.F1));
    }

    [Fact]
    public async Task Without_labels_there_is_no_evaluation()
    {
        Assert.Null(await EvaluateAsync("classifier", Binary, "id,u,v\n1,1,1\n"));
        Assert.False(File.Exists(Path.Combine(Folder, "evaluation.json")));
    }

    [Fact]
    public async Task What_is_asked_for_and_cannot_be_is_refused()
    {
        JobResult result = await RunAsync("classifier", Binary, "id,u,v,Left\n1,1,1,Yes\n", "evaluation: {}");

        Assert.Equal((JobStatus.Failed, (ErrorKind?)ErrorKind.Request), (result.Status, result.ErrorKind));
        Assert.Contains("'left' (did you mean 'Left'?)", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_without_a_label_that_says_something_are_scored_and_counted_and_rejects_are_not_evaluated()
    {
        EvaluationReport? report = await EvaluateAsync(
            "classifier",
            Binary,
            "id,u,v,left\n1,1,1,Yes\n2,-1,-1,\n3,2,0,maybe\n4,broken,0,Yes\n5,0,-1,No\n",
            "evaluation: { negative: \"No\" }");

        Assert.Equal((4, 2, 1, 1), (report!.RecordsScored, report.RecordsEvaluated, report.RecordsWithoutLabel, report.RecordsWithUnknownLabel));
        Assert.Equal(["maybe"], report.UnknownLabels);
        Assert.Equal(1, report.Measures.Accuracy);
        Assert.Contains("'maybe'", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_that_cannot_be_read_makes_no_reject()
    {
        byte[] csv = [.. "id,u,v,left,part\n1,1,1,Yes,a\n2,1,1,"u8, 0xC3, 0x28, .. ",b\n3,1,1,"u8, .. Enumerable.Repeat((byte)'x', 70_000), .. ",c\n4,1,1,No,"u8, 0xFF, (byte)'\n'];
        await File.WriteAllBytesAsync(Path.Combine(_bench.Data, "x.csv"), csv, TestContext.Current.CancellationToken);
        JobResult result = await RunAsync("classifier", Binary, null, "evaluation: { negative: \"No\", segments: [part] }");

        Assert.Equal((JobStatus.Succeeded, 4, 0), (result.Status, result.RecordsScored, result.RecordsFailed));
        Assert.Equal((2, 1, 1), (result.Evaluation!.RecordsEvaluated, result.Evaluation.RecordsWithoutLabel, result.Evaluation.RecordsWithUnknownLabel));
    }

    [Fact]
    public async Task Several_classes_have_macro_and_micro_measures_and_each_its_own()
    {
        EvaluationReport? report = await EvaluateAsync(
            "softmax",
            "features: [u, v]\nclasses: [red, green, blue]\noutputs: { score: probabilities }",
            "id,u,v,colour,shade\n1,5,0,green,light\n2,5,0,green,dark\n3,0,5,blue,dark\n4,0,5,red,light\n5,-5,-5,red,\n6,-5,-5,mauve,dark\n",
            "evaluation: { label: colour, segments: [shade] }");

        // This model names the class after the most probable one.
        Assert.Equal((5, 1), (report!.RecordsEvaluated, report.RecordsWithUnknownLabel));
        Assert.Equal((0.8, 0.8), (report.Measures.Accuracy, report.Measures.MicroF1));
        Assert.Equal([new ConfusionCell("red", "red", 1), new ConfusionCell("red", "blue", 1), new ConfusionCell("green", "green", 2), new ConfusionCell("blue", "blue", 1)], report.ConfusionMatrix);
        Assert.Equal([("red", 2L, 1, 0.5), ("green", 2L, 1, 1), ("blue", 1L, 0.5, 1)], report.Classes.Select(c => (c.Class, c.Records, c.Precision, c.Recall)));
        Assert.Equal([("dark", "value", 2L), ("light", "value", 2L), (null, "missing", 1L)], report.Segments[0].Values.Select(v => (v.Value, v.Kind, v.Records)));
    }

    [Fact]
    public async Task Numbers_have_errors()
    {
        EvaluationReport? report = await EvaluateAsync("sum", "features: [a, b, c]\nlabel: truth", "id,a,b,c,truth\n1,1,2,3,5\n2,10,20,30,64\n3,1,1,1,unknown\n4,1,1,1,\n");
        Measures m = report!.Measures;

        Assert.Equal((2, 1, 1), (report.RecordsEvaluated, report.RecordsWithoutLabel, report.RecordsWithUnknownLabel));
        Assert.Equal((2.5, -1.5, 4, 34.5), (m.Mae, m.MeanError, m.MaxError, m.MeanActual));
        Assert.Equal(Math.Sqrt(8.5), m.Rmse);
        Assert.Equal(1 - (17 / 1740.5), m.R2!.Value, 1e-15);
        Assert.Empty(report.RocCurve);
    }

    [Fact]
    public async Task A_file_without_labels_among_others_leaves_the_job_without_an_evaluation_nobody_asked_for()
    {
        _bench.Write("data/a.csv", "id,u,v,left\n1,1,1,Yes\n");
        _bench.Write("data/b.csv", "id,u,v\n2,1,1\n");

        Assert.Null(await EvaluateAsync("classifier", Binary, null, path: "data/*.csv"));
        Assert.Contains("'left'", (await RunAsync("classifier", Binary, null, "evaluation: {}", "data/*.csv")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parquet_label_of_another_type_in_another_file_leaves_the_job_without_an_evaluation_nobody_asked_for()
    {
        DuckDb.Execute($"COPY (SELECT 1 AS id, 1.0 AS u, 1.0 AS v, 1::BIGINT AS left) TO '{_bench.Data}/a.parquet' (FORMAT PARQUET)");
        DuckDb.Execute($"COPY (SELECT 2 AS id, 1.0 AS u, 1.0 AS v, 'Yes' AS left) TO '{_bench.Data}/b.parquet' (FORMAT PARQUET)");

        Assert.Null(await EvaluateAsync("classifier", "features: [u, v]\nlabel: left", null, path: "data/*.parquet"));
    }

    [Fact]
    public async Task A_label_may_be_the_name_of_a_folder_and_be_carried_along()
    {
        _bench.Write("data/left=Yes/a.csv", "id,u,v\n1,1,1\n");
        _bench.Write("data/left=No/b.csv", "id,u,v\n2,1,1\n");
        EvaluationReport? report = await EvaluateAsync("classifier", Binary, null, "output: { path: scored, include: [left] }", "data/**/*.csv");

        Assert.Equal((2, 0.5), (report!.RecordsEvaluated, report.Measures.Accuracy));
    }

    [Theory]
    [InlineData("policy: { min_auc: 0.7 }", JobStatus.Succeeded, null)]
    [InlineData("policy: { min_auc: 0.76 }", JobStatus.SucceededWithWarnings, "The AUC is 0.75; policy.min_auc asks for at least 0.76.")]
    [InlineData("policy: { min_accuracy: 0.9 }", JobStatus.SucceededWithWarnings, "The accuracy is 0.75; policy.min_accuracy asks for at least 0.9.")]
    [InlineData("policy: { min_auc: 0.76, on_breach: fail }", JobStatus.Failed, "The AUC is 0.75; policy.min_auc asks for at least 0.76.")]
    public async Task A_limit_that_is_not_kept_breaches_the_policy(string policy, JobStatus status, string? warning)
    {
        JobResult result = await RunAsync("classifier", Binary, "id,u,v,left\n1,1,1,Yes\n2,-1,-1,No\n3,1.7,0,No\n4,1,0.5,Yes\n", policy);

        Assert.Equal(status, result.Status);
        Assert.Equal(warning is null ? [] : [warning], result.Warnings);
        Assert.Equal(0.75, result.Evaluation!.Measures.Auc);
        Assert.True(File.Exists(Path.Combine(result.RunFolder!, "evaluation.json")));
    }

    [Fact]
    public async Task A_measure_that_cannot_be_told_keeps_no_limit()
    {
        JobResult result = await RunAsync("classifier", Binary, "id,u,v,left\n1,1,1,Yes\n", "policy: { min_auc: 0.5 }");

        Assert.Equal(["The AUC cannot be told from 1 evaluated record, of one outcome alone; policy.min_auc asks for at least 0.5."], result.Warnings);
    }

    [Fact]
    public async Task A_regressions_error_has_a_limit()
    {
        JobResult result = await RunAsync("sum", "features: [a, b, c]\nlabel: truth", "id,a,b,c,truth\n1,1,2,3,5\n", "policy: { max_rmse: 0.5 }");

        Assert.Equal(["The root mean squared error is 1; policy.max_rmse allows at most 0.5."], result.Warnings);
    }

    public void Dispose() => _bench.Dispose();

    private string Folder => Directory.GetDirectories(Path.Combine(_bench.Root, "scored", "labelled", "2026-02-08")).Single();

    private async Task<EvaluationReport?> EvaluateAsync(string model, string manifest, string? csv, string more = "", string path = "data/x.csv")
    {
        JobResult result = await RunAsync(model, manifest, csv, more, path);
        Assert.True(result.Status == JobStatus.Succeeded, $"{result.Status}: {result.Error}");
        if (result.Evaluation is null)
            return null;
        return EvaluationReport.FromJson(await File.ReadAllBytesAsync(Path.Combine(result.RunFolder!, "evaluation.json"), TestContext.Current.CancellationToken));
    }

    private async Task<JobResult> RunAsync(string model, string manifest, string? csv, string more = "", string path = "data/x.csv")
    {
        string version = $"1.0.{_runs++}", file = Path.Combine(RepositoryPaths.Root, "tests", "BatchFunctions.Tests", "Models", "data", $"{model}.onnx");
        await _bench.RegisterAsync("labelled", version, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), manifest);
        if (csv is not null)
            _bench.Write("data/x.csv", csv);
        string pipeline = _bench.Write("labelled.yaml", $"""
            name: labelled
            source: {"{"} path: "{path}", id: id {"}"}
            model: labelled@{version}
            {more}
            """);
        return await _bench.RunAsync(JobWorkbench.Request(pipeline, $"job-{_runs}"));
    }
}
