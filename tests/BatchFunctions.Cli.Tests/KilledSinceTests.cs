using System.Text.Json;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Cli.Tests;

/// <summary>Incremental jobs whose processes are killed, for real, while they publish, with another job before they go on.</summary>
public sealed class KilledSinceTests : IDisposable
{
    private const int RowsADay = 600;

    private readonly Batchfn _batchfn = new();

    [Fact]
    public async Task Every_record_is_published_once_whoever_is_killed_and_whoever_comes_in_between()
    {
        (Func<string, string, bool> Moment, string Name)[] moments =
        [
            ((job, heard) => heard.Contains($"Scoring shard 0 of job {job}", StringComparison.Ordinal), "scoring"),
            ((job, _) => IsClaimed(job), "claimed"),
            ((job, _) => Find(job, "predictions") is not null, "moving"),
            ((job, _) => Find(job, "manifest.json") is not null, "manifest"),
            ((job, _) => Find(job, "_SUCCESS") is not null, "marker"),
        ];
        await Customers.PrepareAsync(_batchfn, RowsADay * moments.Length);
        _batchfn.Write(Customers.Pipeline, (await File.ReadAllTextAsync(_batchfn.PathOf(Customers.Pipeline), Stop)).Replace("id: user_id }", "id: user_id, since: last_run }", StringComparison.Ordinal));
        string[] files = Directory.GetFiles(_batchfn.PathOf("customers"));
        string[] customers = [.. files.Order(StringComparer.Ordinal).SelectMany((f, i) => File.ReadAllLines(f).Skip(i == 0 ? 0 : 1))];
        foreach (string file in files)
            File.Delete(file);

        int taken = 0;
        foreach (var (day, (moment, name)) in moments.Index())
        {
            await File.WriteAllLinesAsync(_batchfn.PathOf("customers", $"day-{day}.csv"), [customers[0], .. customers.Skip(1 + (day * RowsADay)).Take(RowsADay)], Stop);
            await RunAndKillAsync(name, moment);
            (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", $"{name}-other")).Expect(0);
            Outcome resumed = await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", name, "--max-parallel", "1", "--json");
            if (resumed.ExitCode == 0)
                continue;
            taken++;
            Assert.Equal(2, resumed.ExitCode);
            Assert.Contains($"{name}-other has scored", resumed.Error, StringComparison.Ordinal);
        }

        // Only a job that had claimed nothing can be overtaken.
        Assert.InRange(taken, 0, 2);
        string[] runs = [.. Directory.GetFiles(_batchfn.PathOf("scored"), "_SUCCESS", SearchOption.AllDirectories).Select(f => Path.GetDirectoryName(f)!)];
        string parts = string.Join(", ", runs.Where(r => Directory.Exists($"{r}/predictions")).SelectMany(r => Directory.GetFiles($"{r}/predictions")).Select(f => $"'{f}'"));
        long failed = runs.Sum(r => Count(r, "records_failed")), scored = runs.Sum(r => Count(r, "records_scored"));
        Assert.Equal(RowsADay * moments.Length, scored + failed);
        Assert.Equal((scored, scored), DuckDb.Query($"SELECT count(*), count(DISTINCT user_id) FROM read_parquet([{parts}])", r => (r.GetInt64(0), r.GetInt64(1))).Single());
        JsonElement mark = (await _batchfn.RunAsync("since", "show", Customers.Pipeline, "--json")).Expect(0).Json;
        Assert.Equal((moments.Length, 0), (mark.GetProperty("files").GetArrayLength(), mark.GetProperty("publishing").GetArrayLength()));
    }

    public void Dispose() => _batchfn.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static long Count(string run, string key)
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(run, "manifest.json")));
        return manifest.RootElement.GetProperty(key).GetInt64();
    }

    private bool IsClaimed(string job)
    {
        string mark = _batchfn.PathOf("batchfn-data", "work", "_since", "nightly.json");
        if (!File.Exists(mark))
            return false;
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(mark));
        return document.RootElement.GetProperty("claims").EnumerateArray().Any(c => c.GetProperty("job_id").GetString() == job);
    }

    private string? Find(string job, string name)
    {
        string folder = _batchfn.PathOf("scored", "nightly");
        return Directory.Exists(folder)
            ? Directory.GetDirectories(folder).Select(day => Path.Combine(day, job, name)).FirstOrDefault(path => File.Exists(path) || Directory.Exists(path))
            : null;
    }

    private Task RunAndKillAsync(string job, Func<string, string, bool> moment) =>
        _batchfn.RunAndKillAsync(heard => moment(job, heard), "run", Customers.Pipeline, "--job-id", job, "--max-parallel", "1", "--verbose");
}
