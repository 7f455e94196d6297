using System.Text.Json;

namespace BatchFunctions.Cli.Tests;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_accounts_for_every_customer_and_can_be_run_again()
    {
        using var batchfn = new Batchfn();

        var first = (await batchfn.RunAsync("demo", "--rows", "20000")).Expect(0);
        var second = (await batchfn.RunAsync("demo", "--rows", "20000", "--json")).Expect(0);

        Assert.Contains("broken on purpose", first.Out, StringComparison.Ordinal);
        Assert.Contains("Run folder:", first.Out, StringComparison.Ordinal);
        Assert.Contains("registered already", second.Error, StringComparison.Ordinal);
        Assert.Contains("there already", second.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await batchfn.RunAsync("list", "--json")).Json.GetArrayLength());
        AssertComplete(second.Json, 20_000);
    }

    [Fact]
    public async Task A_pipeline_that_was_changed_after_the_demo_is_kept()
    {
        using var batchfn = new Batchfn();
        (await batchfn.RunAsync("demo", "--rows", "100", "--json")).Expect(0);
        var pipeline = batchfn.PathOf("batchfn-data", "demo", "pipeline.yaml");
        await File.AppendAllTextAsync(pipeline, "\n# mine\n", TestContext.Current.CancellationToken);

        (await batchfn.RunAsync("demo", "--rows", "100", "--json")).Expect(0);

        Assert.EndsWith("# mine\n", await File.ReadAllTextAsync(pipeline, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_without_its_sample_says_so()
    {
        using var batchfn = new Batchfn { ProgramFolder = "/nowhere" };

        var outcome = (await batchfn.RunAsync("demo", "--rows", "100")).Expect(1);

        Assert.Contains("/nowhere/samples/churn/pipeline.yaml is missing", outcome.Error, StringComparison.Ordinal);
    }

    internal static void AssertComplete(JsonElement job, long records)
    {
        Assert.Equal(
            ["jobId", "status", "runFolder", "recordsTotal", "recordsScored", "recordsFailed"],
            job.EnumerateObject().Select(p => p.Name));
        Assert.StartsWith("Succeeded", job.GetProperty("status").GetString(), StringComparison.Ordinal);
        Assert.Equal(records, job.GetProperty("recordsTotal").GetInt64());
        Assert.Equal(records, job.GetProperty("recordsScored").GetInt64() + job.GetProperty("recordsFailed").GetInt64());
        var folder = job.GetProperty("runFolder").GetString()!;
        Assert.All(
            ["manifest.json", "summary_metrics.json", "metadata.json", "report.html", "report.txt"],
            file => Assert.True(File.Exists(Path.Combine(folder, file)), file));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(folder, "predictions")));
        Assert.Single(Directory.GetFiles(folder, "_*"));
    }
}
