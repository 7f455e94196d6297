using System.Globalization;
using System.Text;
using BatchFunctions.Workflow;

namespace BatchFunctions.FunctionApp.Tests;

public sealed class JobTests : IDisposable
{
    private const string Pipeline = """
        name: churn
        source: { path: "customers.csv", id: user_id }
        model: churn@1.0.0
        output: { path: scored, include: [region] }
        shards: { target_rows: 40 }
        """;

    private readonly AppUnderTest _app = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_job_of_the_functions_leaves_its_run_folder()
    {
        await _app.RegisterChurnAsync(Cancel);
        var pipeline = _app.Write("pipelines/churn.yaml", Pipeline);
        _app.Write("pipelines/customers.csv", Customers(100));
        var orchestration = new InProcessOrchestration(_app, Cancel);

        var result = await orchestration.RunAsync(FakeTaskHub.Request("job-1", pipeline));

        Assert.Equal((JobStatus.Succeeded, null), (result.Status, result.Error));
        Assert.Equal((100, 100, 0), (result.RecordsTotal, result.RecordsScored, result.RecordsFailed));
        Assert.True(File.Exists(Path.Combine(result.RunFolder!, "_SUCCESS")));
        Assert.True(File.Exists(Path.Combine(result.RunFolder!, "report.html")));
        var last = (JobProgress)orchestration.Statuses[^1];
        Assert.Equal("CleanUp", last.Step);
        Assert.Equal(last.ShardsTotal, last.ShardsDone);
        Assert.True(last.ShardsDone > 1);
    }

    [Fact]
    public async Task A_wrong_pipeline_fails_the_job_with_all_that_is_wrong_and_where()
    {
        var pipeline = _app.Write("pipelines/churn.yaml", Pipeline.Replace("model:", "modle:", StringComparison.Ordinal));

        var result = await new InProcessOrchestration(_app, Cancel).RunAsync(FakeTaskHub.Request("job-1", pipeline));

        Assert.Equal((JobStatus.Failed, ErrorKind.Request), (result.Status, result.ErrorKind));
        Assert.Contains("churn.yaml", result.Error, StringComparison.Ordinal);
        Assert.Contains("modle", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_that_does_not_fit_the_model_fails_the_job_before_any_scoring()
    {
        await _app.RegisterChurnAsync(Cancel);
        var pipeline = _app.Write("pipelines/churn.yaml", Pipeline);
        _app.Write("pipelines/customers.csv", "user_id,shoe_size\n1,42\n");
        var orchestration = new InProcessOrchestration(_app, Cancel);

        var result = await orchestration.RunAsync(FakeTaskHub.Request("job-1", pipeline));

        Assert.Equal((JobStatus.Failed, ErrorKind.Request), (result.Status, result.ErrorKind));
        Assert.DoesNotContain(orchestration.Statuses, status => ((JobProgress)status).Step == "Score");
    }

    private static string Customers(int rows)
    {
        var csv = new StringBuilder(
            "user_id,age,income,credit_score,num_purchases,account_age_days,avg_transaction,num_returns,is_premium,region,category_preference\n");
        for (var i = 1; i <= rows; i++)
            csv.Append(CultureInfo.InvariantCulture, $"{i},{18 + (i % 60)},{20_000 + (i * 37)},{500 + i},{i % 20},{100 + i},{20 + i}.5,1,true,north,books\n");
        return csv.ToString();
    }
}
