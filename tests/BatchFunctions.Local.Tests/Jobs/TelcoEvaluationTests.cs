using BatchFunctions.Results.Evaluations;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>Real customers of whom it is known who left: an evaluation gives what scikit-learn gives for its own probabilities.</summary>
public sealed class TelcoEvaluationTests
{
    private static readonly string[] Contracts = ["Month-to-month", "One year", "Two year"];

    [Theory]
    [InlineData("linear", "csv")]
    [InlineData("linear", "parquet")]
    [InlineData("trees", "csv")]
    [InlineData("trees", "parquet")]
    [InlineData("trees", "jsonl")]
    public async Task A_job_is_evaluated_as_scikit_learn_evaluates_its_own_probabilities(string model, string format)
    {
        Telco.SkipUnlessPresent();
        using var bench = new JobWorkbench();
        (EvaluationReport report, JobResult result) = await RunAsync(bench, model, format, 1500);
        (bool[] actual, double[] scores) = ([.. Telco.Left()], [.. Telco.Expected(model).Select(e => e.Score)]);
        bool[] predicted = [.. scores.Select(s => s >= 0.5)];
        Measures m = report.Measures;

        Assert.Equal((7043, 7043, 0, 0), (report.RecordsScored, report.RecordsEvaluated, report.RecordsWithoutLabel, report.RecordsWithUnknownLabel));
        Assert.Equal(("Churn", "Yes", "No", 0.5), (report.Label, report.PositiveLabel, report.NegativeLabel, report.Threshold));
        Assert.Equal((ReferenceMeasures.Accuracy(actual, predicted), ReferenceMeasures.OfClass(actual, predicted, true)), (m.Accuracy!.Value, (m.Precision!.Value, m.Recall!.Value, m.F1!.Value)));
        Assert.Equal(ReferenceMeasures.Auc(actual, scores), m.Auc!.Value, 1e-6);
        Assert.Equal(ReferenceMeasures.AveragePrecision(actual, scores), m.AveragePrecision!.Value, 1e-6);
        Assert.Equal(ReferenceMeasures.LogLoss(actual, scores, 1E-7), m.LogLoss!.Value, 1e-6);
        Assert.Equal(ReferenceMeasures.Brier(actual, scores), m.Brier!.Value, 1e-6);
        Assert.Equal((0, 0), (m.AucMaxError, m.AveragePrecisionMaxError));
        Assert.Empty(report.Notes);
        Assert.Equal(report.Summarize(), result.Evaluation);
    }

    [Fact]
    public async Task Each_segment_is_evaluated_by_itself()
    {
        Telco.SkipUnlessPresent();
        using var bench = new JobWorkbench();
        (EvaluationReport report, _) = await RunAsync(bench, "trees", "csv", 700);
        (string Contract, bool Left, double Score)[] customers = [.. ContractsOf().Zip(Telco.Left(), Telco.Expected("trees").Select(e => e.Score))];

        SegmentReport segments = Assert.Single(report.Segments, s => s.Column == "Contract");
        Assert.Equal(Contracts, segments.Values.Select(v => v.Value));
        foreach (SegmentMeasures segment in segments.Values)
        {
            var inside = customers.Where(c => c.Contract == segment.Value).ToArray();
            (bool[] actual, double[] scores) = ([.. inside.Select(c => c.Left)], [.. inside.Select(c => c.Score)]);
            bool[] predicted = [.. scores.Select(s => s >= 0.5)];

            Assert.Equal((inside.Length, ReferenceMeasures.Accuracy(actual, predicted)), (segment.Records, segment.Measures.Accuracy));
            Assert.Equal(ReferenceMeasures.Auc(actual, scores), segment.Measures.Auc!.Value, segment.Measures.AucMaxError!.Value + 1e-5);
            Assert.InRange(segment.Measures.AucMaxError.Value, 0, 0.005);
        }
    }

    [Fact]
    public async Task However_many_shards_there_are_the_evaluation_is_the_same_to_the_last_byte()
    {
        Telco.SkipUnlessPresent();
        List<byte[]> files = [];
        foreach ((int rows, int parallel) in ((int, int)[])[(100_000, 1), (1000, 1), (1000, 4), (61, 3)])
        {
            using var bench = new JobWorkbench();
            (_, JobResult result) = await RunAsync(bench, "trees", "csv", rows, parallel);
            files.Add(await File.ReadAllBytesAsync(Path.Combine(result.RunFolder!, "evaluation.json"), TestContext.Current.CancellationToken));
        }

        Assert.All(files, file => Assert.Equal(files[0], file));
    }

    private static IEnumerable<string> ContractsOf()
    {
        string[][] rows = [.. File.ReadLines(Telco.CustomersFile).Select(l => l.Split(','))];
        int at = Array.IndexOf(rows[0], "Contract");
        return rows.Skip(1).Select(r => r[at]);
    }

    private static async Task<(EvaluationReport Report, JobResult Result)> RunAsync(JobWorkbench bench, string model, string format, int rows, int parallel = 2)
    {
        await bench.RegisterAsync("telco", "1.0.0", Telco.Model(model), model == "trees" ? Telco.TreesManifest() : Telco.LinearManifest());
        Telco.WriteCustomers(Path.Combine(bench.Data, $"customers.{format}"), format);
        string pipeline = bench.Write("telco.yaml", $$"""
            name: telco
            source: { path: data/customers.{{format}}, id: customerID }
            model: telco@1.0.0
            evaluation: { label: Churn, positive: "Yes", segments: [Contract, gender, SeniorCitizen] }
            shards: { target_rows: {{rows}} }
            """);
        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline, maxParallel: parallel));
        Assert.Equal((JobStatus.Succeeded, null), (result.Status, result.Error));
        return (EvaluationReport.FromJson(await File.ReadAllBytesAsync(Path.Combine(result.RunFolder!, "evaluation.json"), TestContext.Current.CancellationToken)), result);
    }
}
