using System.Diagnostics;
using System.Text.Json;

namespace BatchFunctions.Cli.Tests;

/// <summary>What only a process of its own shows: exit codes, streams and signals.</summary>
public sealed class ExecutableTests : IDisposable
{
    private readonly Batchfn _batchfn = new();

    [Fact]
    public async Task The_process_ends_with_the_exit_code_and_keeps_its_streams_apart()
    {
        await Customers.PrepareAsync(_batchfn, 300);

        var (exitCode, output, error) = await RunAsync("run", Customers.Pipeline, "--json");
        Assert.Equal(0, exitCode);
        Assert.Equal(300, JsonDocument.Parse(output).RootElement.GetProperty("recordsTotal").GetInt64());
        Assert.Contains("Score", error, StringComparison.Ordinal);

        (exitCode, output, error) = await RunAsync("run", "no-such.yaml");
        Assert.Equal(2, exitCode);
        Assert.Contains("no-such.yaml", error, StringComparison.Ordinal);

        (exitCode, output, _) = await RunAsync("--help");
        Assert.Equal(0, exitCode);
        Assert.Contains("models", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_leaves_a_job_that_can_be_continued(string signal)
    {
        await Customers.PrepareAsync(_batchfn, 20_000);
        using var process = _batchfn.Start("run", Customers.Pipeline, "--job-id", "night-1", "--max-parallel", "1", "--target-rows", "100");
        await WaitForAsync(process, "] Score");

        using (var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(130, process.ExitCode);
        Assert.Contains("batchfn resume night-1", error, StringComparison.Ordinal);
        var (exitCode, output, _) = await RunAsync("resume", "night-1", "--json");
        Assert.Equal(0, exitCode);
        DemoTests.AssertComplete(JsonDocument.Parse(output).RootElement, 20_000);
    }

    [Fact]
    public async Task Another_process_can_cancel_a_running_job()
    {
        await Customers.PrepareAsync(_batchfn, 20_000);
        using var process = _batchfn.Start("run", Customers.Pipeline, "--job-id", "night-1", "--max-parallel", "1", "--target-rows", "100");
        await WaitForAsync(process, "] Score");

        (await _batchfn.RunAsync("cancel", "night-1")).Expect(0);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(130, process.ExitCode);
        Assert.Contains("was cancelled", error, StringComparison.Ordinal);
        Assert.Equal("Cancelled", (await _batchfn.RunAsync("status", "night-1", "--json")).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_part_that_the_disk_does_not_take_fails_the_job_at_once_and_nothing_is_published()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no limit on the size of files.");
        await Customers.PrepareAsync(_batchfn, 100_000);
        using var process = _batchfn.Start(400, "run", Customers.Pipeline, "--job-id", "night-1", "--target-rows", "100000");

        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, process.ExitCode);
        Assert.Contains("the file would be larger than this user or this disk allows", error, StringComparison.Ordinal);
        Assert.DoesNotContain("again in", await output, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(_batchfn.PathOf("scored"), "*", SearchOption.AllDirectories), f => f.Contains("part-", StringComparison.Ordinal) || f.EndsWith("manifest.json", StringComparison.Ordinal));
        Assert.Equal("Failed", (await _batchfn.RunAsync("status", "night-1", "--json")).Json.GetProperty("status").GetString());
    }

    public void Dispose() => _batchfn.Dispose();

    private static async Task WaitForAsync(Process process, string text)
    {
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        Assert.Fail($"The process ended without a line that holds '{text}': {await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
    }

    private async Task<(int ExitCode, string Out, string Error)> RunAsync(params string[] args)
    {
        using var process = _batchfn.Start(args);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
