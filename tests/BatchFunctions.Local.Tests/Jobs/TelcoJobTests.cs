using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>Real customers, real models: what a job gives is what scikit-learn itself gives.</summary>
public sealed class TelcoJobTests
{
    [Theory]
    [InlineData("linear", "csv")]
    [InlineData("linear", "parquet")]
    [InlineData("linear", "jsonl")]
    [InlineData("trees", "csv")]
    [InlineData("trees", "parquet")]
    [InlineData("trees", "jsonl")]
    public async Task A_job_gives_scikit_learns_probabilities_in_input_order(string model, string format)
    {
        Telco.SkipUnlessPresent();
        using var bench = new JobWorkbench();
        await bench.RegisterAsync("telco", "1.0.0", Telco.Model(model), model == "trees" ? Telco.TreesManifest() : Telco.LinearManifest());
        Telco.WriteCustomers(Path.Combine(bench.Data, $"customers.{format}"), format);
        string pipeline = bench.Write("telco.yaml", $$"""
            name: telco
            source: { path: data/customers.{{format}}, id: customerID }
            model: telco@1.0.0
            output: { path: scored, include: [Contract, tenure] }
            shards: { target_rows: 1500 }
            """);

        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline));

        Assert.Equal(JobStatus.Succeeded, result.Status);
        Assert.Equal((7043, 7043, 0), (result.RecordsTotal, result.RecordsScored, result.RecordsFailed));
        IReadOnlyList<(string Id, double Score)> rows = JobWorkbench.Query(result, "select customerID, score from {0}", r => (r.GetString(0), Convert.ToDouble(r.GetValue(1), null)));
        IReadOnlyList<(string Id, double Score)> expected = Telco.Expected(model);
        Assert.Equal(expected.Select(e => e.Id), rows.Select(r => r.Id));
        Assert.All(rows.Zip(expected), pair => Assert.Equal(pair.Second.Score, pair.First.Score, 1e-5));
    }
}
