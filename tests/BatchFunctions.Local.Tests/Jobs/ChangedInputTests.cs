using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

public sealed class ChangedInputTests
{
    [Fact]
    public async Task An_input_that_changes_while_the_job_runs_fails_it_and_nothing_is_published()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        string csv = bench.Write("data/customers.csv", Churn.Customers(2_000));
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline("shards: { target_rows: 100 }"));

        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline, maxParallel: 1), step =>
        {
            if (step.ShardsDone == 0 && step.Step == "Score")
                File.AppendAllText(csv, "9999,40,1.5,600,3,10,20.5,0,true,north,books\n");
        });

        Assert.Equal((JobStatus.Failed, (ErrorKind?)ErrorKind.Integrity), (result.Status, result.ErrorKind));
        Assert.Contains("customers.csv", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(result.RunFolder!, "predictions")));
        Assert.True(File.Exists(Path.Combine(result.RunFolder!, "_FAILED")));
    }
}
