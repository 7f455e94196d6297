using System.Text.Json;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

public sealed class DeviceTests
{
    [Fact]
    public async Task A_job_that_asks_for_a_device_which_is_not_there_is_refused_and_says_what_to_do()
    {
        using JobWorkbench bench = await BenchAsync();
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline("scoring: { device: cuda }"));

        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline));

        Assert.Equal(JobStatus.Failed, result.Status);
        Assert.Equal(ErrorKind.Request, result.ErrorKind);
        Assert.Contains("scoring.device is cuda", result.Error, StringComparison.Ordinal);
        Assert.Contains("fallback_to_cpu: true", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_processor_scores_instead_where_that_is_allowed_and_metadata_and_report_say_so()
    {
        using JobWorkbench bench = await BenchAsync();
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline("scoring: { device: cuda, fallback_to_cpu: true }"));

        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline));

        Assert.Equal(JobStatus.Succeeded, result.Status);
        JsonElement metadata = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(result.RunFolder!, "metadata.json"), TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal("cpu", metadata.GetProperty("device").GetString());
        Assert.Equal("cuda", metadata.GetProperty("device_requested").GetString());
        Assert.Contains("fallback_to_cpu", metadata.GetProperty("device_reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("in_process", metadata.GetProperty("tier").GetString());
        Assert.Contains("on cpu (cuda was asked for)", await File.ReadAllTextAsync(Path.Combine(result.RunFolder!, "report.txt"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("cuda was asked for", await File.ReadAllTextAsync(Path.Combine(result.RunFolder!, "report.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async Task<JobWorkbench> BenchAsync()
    {
        JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(50));
        return bench;
    }
}
