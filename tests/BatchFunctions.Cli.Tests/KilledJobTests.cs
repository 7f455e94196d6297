using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace BatchFunctions.Cli.Tests;

/// <summary>A job whose process is killed again and again, for real, at random moments of its life.</summary>
public sealed partial class KilledJobTests : IDisposable
{
    private const int Kills = 50;
    private const int Rows = 60_000;

    private static readonly string[] Steps = ["] Prepare", "] Validate", "] Plan", "] Aggregate", "] Verify", "] Publish"];

    private readonly Batchfn _batchfn = new();
    private readonly Random _random = new(20260208);

    [Fact]
    public async Task A_job_killed_fifty_times_leaves_the_parts_of_an_undisturbed_one_and_scores_no_committed_shard_again()
    {
        await Customers.PrepareAsync(_batchfn, Rows);
        JsonElement calm = (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "calm", "--json")).Expect(0).Json;

        int kills = 0;
        while (kills < Kills && await RunAndKillAsync())
            kills++;
        JsonElement job = (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "night", "--max-parallel", "2", "--json")).Expect(0).Json;

        Assert.Equal(Kills, kills);
        DemoTests.AssertComplete(job, Rows);
        List<string> parts = Parts(calm);
        Assert.True(parts.Count >= 64, $"{parts.Count} parts");
        Assert.Equal(parts, Parts(job));
        Assert.False(Directory.Exists(Path.Combine(FolderOf(job), "_staging")), "Something was left of the parts' waiting place.");
    }

    public void Dispose() => _batchfn.Dispose();

    private static string FolderOf(JsonElement job) => job.GetProperty("runFolder").GetString()!;

    /// <summary>The manifest's parts, and that they and no others are there.</summary>
    private static List<string> Parts(JsonElement job)
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(FolderOf(job), "manifest.json")));
        List<string> parts = [];
        foreach (string kind in (string[])["predictions", "rejects"])
        {
            JsonElement[] listed = [.. manifest.RootElement.GetProperty(kind).EnumerateArray()];
            Assert.Equal(
                listed.Select(p => p.GetProperty("name").GetString()).Order(StringComparer.Ordinal),
                Directory.EnumerateFiles(Path.Combine(FolderOf(job), kind)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            parts.AddRange(listed.Select(p => $"{kind} {p.GetProperty("name").GetString()} {p.GetProperty("sha256").GetString()}"));
        }

        return parts;
    }

    /// <summary>Runs the job until a random moment and kills it; false where it ended before.</summary>
    private async Task<bool> RunAndKillAsync()
    {
        HashSet<int> committed = [.. Committed()];
        using Process process = _batchfn.Start("run", Customers.Pipeline, "--job-id", "night", "--max-parallel", "2", "--verbose");
        var moment = new TaskCompletionSource();
        int shards = _random.Next(4);
        string step = Steps[_random.Next(Steps.Length)];
        int started = 0;
        List<int> scored = [];
        Task errors = ReadAsync(process.StandardError, Heard), lines = ReadAsync(process.StandardOutput, Heard);

        await Task.WhenAny(moment.Task, Task.WhenAll(errors, lines));
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Task.WhenAll(errors, lines);

        Assert.Empty(committed.Intersect(scored));
        bool ended = process.ExitCode == 0;
        if (!ended && Committed().Count() < Rows / 500)
            Assert.Empty(Published());
        return !ended;

        void Heard(string line)
        {
            lock (scored)
            {
                if (ScoringLine().Match(line) is { Success: true } match)
                {
                    scored.Add(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
                    if (++started > shards)
                        moment.TrySetResult();
                }
                else if (line.Contains(step, StringComparison.Ordinal) && shards == 0)
                {
                    moment.TrySetResult();
                }
            }
        }
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> heard)
    {
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            heard(line);
    }

    private IEnumerable<int> Committed()
    {
        string folder = _batchfn.PathOf("batchfn-data", "work", "night", "shards");
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.json").Select(f => int.Parse(Path.GetFileNameWithoutExtension(f), CultureInfo.InvariantCulture))
            : [];
    }

    private IEnumerable<string> Published()
    {
        string folder = _batchfn.PathOf("scored", "nightly");
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => f.Contains("/night/", StringComparison.Ordinal) && !f.Contains("/_staging/", StringComparison.Ordinal))
            : [];
    }

    [GeneratedRegex(@"Scoring shard (\d+) of job night")]
    private static partial Regex ScoringLine();
}
