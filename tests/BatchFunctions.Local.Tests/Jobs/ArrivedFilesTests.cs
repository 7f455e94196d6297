using BatchFunctions.Triggers;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>Jobs that were started by triggers, run to their end.</summary>
public sealed class ArrivedFilesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_scores_exactly_the_files_that_arrived_for_it()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("pipelines/churn.yaml", Churn.Pipeline("trigger: { arrival: { min_files: 2 } }", "../data/*.csv"));
        string a = bench.Write("data/a.csv", Churn.Customers(30)), b = bench.Write("data/b.csv", Churn.Customers(20));
        bench.Write("data/old.csv", Churn.Customers(5));

        JobRequest request = await StartAsync(bench, a, b);
        bench.Write("data/later.csv", Churn.Customers(7));
        JobResult result = await bench.RunAsync(request);

        Assert.Equal(JobStatus.Succeeded, result.Status);
        Assert.Equal(50, result.RecordsScored);
    }

    [Fact]
    public async Task A_file_that_was_changed_after_it_arrived_is_left_to_the_job_of_its_new_version()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("pipelines/churn.yaml", Churn.Pipeline("trigger: { arrival: { min_files: 2 } }", "../data/*.csv"));
        string a = bench.Write("data/a.csv", Churn.Customers(30)), b = bench.Write("data/b.csv", Churn.Customers(20));

        JobRequest request = await StartAsync(bench, a, b);
        bench.Write("data/b.csv", Churn.Customers(21));
        JobResult result = await bench.RunAsync(request);

        Assert.Equal(30, result.RecordsScored);
    }

    [Fact]
    public async Task A_list_that_no_trigger_made_for_the_job_is_refused_unread()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("pipelines/churn.yaml", Churn.Pipeline("trigger: { arrival: {} }", "../data/*.csv"));
        JobRequest request = await StartAsync(bench, bench.Write("data/a.csv", Churn.Customers(3)));

        JobResult other = await bench.RunAsync(request with { JobId = "other" });
        JobResult forged = await bench.RunAsync(request with { JobId = "forged", Arrivals = bench.Write("data/list.json", "{}") });

        Assert.All([other, forged], r => Assert.Equal((JobStatus.Failed, ErrorKind.Request), (r.Status, r.ErrorKind!.Value)));
        Assert.Contains("is not the list of the files that arrived for job forged", forged.Error, StringComparison.Ordinal);
    }

    private static async Task<JobRequest> StartAsync(JobWorkbench bench, params string[] arrived)
    {
        JobServices services = bench.Services();
        await using var runtime = new JobRuntime(services);
        await using EmbeddedEngine engine = await EmbeddedEngine.OpenAsync(
            new EmbeddedEngineOptions { JournalPath = bench.Journal }, runtime.Catalog, TimeProvider.System, NullLoggerFactory.Instance, Cancellation);
        var trigger = new ArrivalTrigger(engine, new PipelineFolder(services, $"{bench.Root}/pipelines"), services);
        List<JobStart> starts = [];
        foreach (string address in (string[])[.. arrived, .. arrived])
            starts.AddRange(await trigger.ArrivedAsync(address, Cancellation));
        return Assert.Single(starts).Job.Request;
    }
}
