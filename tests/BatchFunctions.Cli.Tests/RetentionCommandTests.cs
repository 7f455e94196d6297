using System.Diagnostics;
using System.Text.Json;

namespace BatchFunctions.Cli.Tests;

public sealed class RetentionCommandTests : IDisposable
{
    private readonly Batchfn _batchfn = new();

    [Fact]
    public async Task A_run_is_archived_read_where_it_is_and_a_process_that_was_killed_meanwhile_is_continued()
    {
        await Customers.PrepareAsync(_batchfn, 6_000);
        var folder = (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "night-1", "--json")).Expect(0).Json.GetProperty("runFolder").GetString()!;
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length;
        var archive = _batchfn.PathOf("archive");
        foreach (var moment in (Func<bool>[])
        [
            () => Count(archive) >= files / 3,
            () => Count(archive) >= 2 * files / 3,
            () => Count(archive) >= files,
            () => File.Exists(Path.Combine(folder, "_ARCHIVED")),
            () => !File.Exists(Path.Combine(folder, "_SUCCESS")),
        ])
        {
            using var process = _batchfn.Start("archive", "night-1", "--to", "archive");
            while (!process.HasExited && !moment())
                await Task.Yield();
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var told = (await _batchfn.RunAsync("archive", "night-1", "--to", "archive", "--json")).Expect(0).Json;

        Assert.Equal(["_ARCHIVED"], Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)));
        Assert.Equal(told.GetProperty("files").GetArrayLength() + 1, Count(archive));
        (await _batchfn.RunAsync("verify", "night-1", "--all")).Expect(0);
        Assert.Contains("6,000", (await _batchfn.RunAsync("report", "night-1")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("was moved to", (await _batchfn.RunAsync("archive", "night-1", "--to", "elsewhere")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("No run of a job 'night-2'", (await _batchfn.RunAsync("archive", "night-2", "--to", "archive")).Expect(2).Error, StringComparison.Ordinal);
        var part = Directory.GetFiles(archive, "*.parquet", SearchOption.AllDirectories).First();
        await File.AppendAllTextAsync(part, "x", TestContext.Current.CancellationToken);
        Assert.Contains(part, (await _batchfn.RunAsync("verify", "night-1")).Expect(1).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clean_shows_what_it_would_do_and_then_does_it()
    {
        await Customers.PrepareAsync(_batchfn, 500, "retention: { runs: 1s, work: 1s }");
        foreach (var id in (string[])["night-1", "night-2"])
            (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", id)).Expect(0);

        var plan = Stopwatch.GetTimestamp();
        JsonElement dry;
        do
            dry = (await _batchfn.RunAsync("clean", Customers.Pipeline, "--dry-run", "--json")).Expect(0).Json;
        while (Due(dry).Length < 2 && Stopwatch.GetElapsedTime(plan) < TimeSpan.FromMinutes(1));

        Assert.Equal(["run night-1", "work night-2"], Due(dry));
        Assert.Contains("it is the last successful run", (await _batchfn.RunAsync("clean", Customers.Pipeline, "--dry-run")).Expect(0).Out, StringComparison.Ordinal);
        Assert.True(Directory.Exists(_batchfn.PathOf("batchfn-data", "work", "night-1")));
        var done = (await _batchfn.RunAsync("clean", Customers.Pipeline, "--by", "Ada")).Expect(0);
        Assert.Contains("_audit says what and why", done.Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_batchfn.PathOf("batchfn-data", "work", "night-1")));
        Assert.Contains("There is nothing to remove.", (await _batchfn.RunAsync("clean", Customers.Pipeline)).Expect(0).Out, StringComparison.Ordinal);
        (await _batchfn.RunAsync("verify", "night-2", "--all")).Expect(0);
        Assert.Contains("night-1", (await _batchfn.RunAsync("models", "lineage", "churn@1.0.0")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("may have been removed", (await _batchfn.RunAsync("archive", "night-1", "--to", "archive")).Expect(2).Error, StringComparison.Ordinal);
    }

    public void Dispose() => _batchfn.Dispose();

    private static string[] Due(JsonElement plan) =>
        [.. plan.GetProperty("items").EnumerateArray().Where(i => i.GetProperty("action").GetString() != "keep").Select(i => $"{i.GetProperty("kind").GetString()} {i.GetProperty("jobId").GetString()}").Order()];

    private static int Count(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count(f => !Path.GetFileName(f).StartsWith('.')) : 0;
}
