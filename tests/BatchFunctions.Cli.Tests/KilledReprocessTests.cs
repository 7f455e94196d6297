using System.Security.Cryptography;
using System.Text.Json;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Cli.Tests;

/// <summary>A reprocess whose process is killed, for real, in the middle of each of its steps, and asked for again.</summary>
public sealed class KilledReprocessTests : IDisposable
{
    private const int Rows = 6_000;
    private const string Reprocess = "night-reprocess-1";

    private readonly Batchfn _batchfn = new();

    [Fact]
    public async Task A_reprocess_killed_again_and_again_adds_every_record_once_and_touches_no_part()
    {
        await Customers.PrepareAsync(_batchfn, Rows);
        string relaxed = await File.ReadAllTextAsync(_batchfn.PathOf(Customers.Pipeline), Stop);
        _batchfn.Write(Customers.Pipeline, relaxed.Replace("max: 130", "max: 45", StringComparison.Ordinal));
        _batchfn.Write("relaxed.yaml", relaxed);
        string run = (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "night", "--json")).Expect(0).Json.GetProperty("runFolder").GetString()!;
        (long scored, long failed) = CountsOf(run);
        Assert.InRange(failed, 1_000, Rows - 1_000);
        Dictionary<string, string> parts = HashesOf(run, "predictions").Concat(HashesOf(run, "rejects")).ToDictionary(StringComparer.Ordinal);
        string evidence = Path.Combine(run, "reprocess", "0001");

        int kills = 0;
        foreach (Func<string, bool> moment in (Func<string, bool>[])
        [
            line => line.Contains("Prepare", StringComparison.Ordinal),
            _ => Directory.Exists(Path.Combine(evidence, "input")),
            line => line.Contains($"Scoring shard 1 of job {Reprocess}", StringComparison.Ordinal),
            line => line.Contains("Aggregate", StringComparison.Ordinal),
            line => line.Contains("Publish", StringComparison.Ordinal),
            _ => File.Exists(Path.Combine(run, "reprocess", "claim-0001")),
            _ => Directory.EnumerateFiles(Path.Combine(run, "predictions"), "part-r0001-*").Any(),
            _ => File.Exists(Path.Combine(run, "manifest.0001.json")),
            _ => GenerationOf(run) == 2,
            _ => File.Exists(Path.Combine(evidence, "metadata.json")),
        ])
        {
            await RunAndKillAsync(moment);
            Assert.Equal(Rows, CountsOf(run).Scored + CountsOf(run).Failed);

            // It may have been over before it could be killed; what is asked for then is another one, of the rejects that are left.
            if (await IsEndedAsync())
                break;
            kills++;
        }

        if (!await IsEndedAsync())
            (await _batchfn.RunAsync("reprocess", "night", "--pipeline", "relaxed.yaml", "--max-parallel", "1", "--json")).Expect(0);

        Assert.InRange(kills, 5, 10);
        (long total, long left) = CountsOf(run);
        Assert.Equal((Rows, 2), (total + left, GenerationOf(run)));
        Assert.InRange(total, scored + 1, Rows);
        Assert.Equal(parts, HashesOf(run, "predictions").Concat(HashesOf(run, "rejects")).Where(p => parts.ContainsKey(p.Key)).ToDictionary(StringComparer.Ordinal));
        Assert.Equal(total, DuckDb.Query($"SELECT count(DISTINCT user_id) FROM read_parquet('{run}/predictions/*.parquet')", r => r.GetInt64(0)).Single());
        Assert.Equal(total, DuckDb.Query($"SELECT count(*) FROM read_parquet('{run}/predictions/*.parquet')", r => r.GetInt64(0)).Single());
        (await _batchfn.RunAsync("verify", "night", "--all")).Expect(0);
        Assert.Single(Directory.GetDirectories(Path.Combine(run, "reprocess")));
        Assert.Empty(Directory.GetFiles(Path.Combine(run, "reprocess"), "claim-*"));
        Assert.False(Directory.Exists(Path.Combine(evidence, "_staging")));
    }

    public void Dispose() => _batchfn.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static (long Scored, long Failed) CountsOf(string run)
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(run, "manifest.json")));
        return (manifest.RootElement.GetProperty("records_scored").GetInt64(), manifest.RootElement.GetProperty("records_failed").GetInt64());
    }

    private static int GenerationOf(string run)
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(run, "manifest.json")));
        return manifest.RootElement.TryGetProperty("generation", out JsonElement generation) ? generation.GetInt32() : 1;
    }

    private static IEnumerable<KeyValuePair<string, string>> HashesOf(string run, string folder) =>
        Directory.EnumerateFiles(Path.Combine(run, folder)).Select(f => KeyValuePair.Create(f, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f)))));

    private async Task<bool> IsEndedAsync() =>
        await _batchfn.RunAsync("status", Reprocess, "--json") is { ExitCode: 0, Json: var job } && job.GetProperty("status").GetString() == "Succeeded";

    /// <summary>Asks for the reprocess, and kills the process at a moment.</summary>
    private Task RunAndKillAsync(Func<string, bool> moment) =>
        _batchfn.RunAndKillAsync(moment, "reprocess", "night", "--pipeline", "relaxed.yaml", "--max-parallel", "1", "--verbose");
}
