using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Cli.Tests;

/// <summary>Tables as people and scripts see them, and processes that publish to one at once.</summary>
public sealed class TableCommandTests(AzuriteFixture azurite) : IDisposable
{
    private readonly Batchfn _batchfn = new();

    public void Dispose() => _batchfn.Dispose();

    [Fact]
    public async Task A_table_is_listed_described_and_told_the_history_of()
    {
        await Customers.PrepareAsync(_batchfn, 900, "");
        Publish("tables");
        (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "night-1")).Expect(0);
        (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "night-2")).Expect(0);

        JsonElement listed = (await _batchfn.RunAsync("tables", "list", "--json")).Expect(0).Json[0];
        JsonElement described = (await _batchfn.RunAsync("tables", "describe", "ml.nightly", "--json")).Expect(0).Json;
        JsonElement first = (await _batchfn.RunAsync("tables", "describe", "ml.nightly", "--version", "0", "--json")).Expect(0).Json;
        JsonElement history = (await _batchfn.RunAsync("tables", "history", "ml.nightly", "--json")).Expect(0).Json;

        Assert.Equal(("ml.nightly", 1L), (listed.GetProperty("name").GetString(), listed.GetProperty("version").GetInt64()));
        Assert.Equal(2 * first.GetProperty("rows").GetInt64(), described.GetProperty("rows").GetInt64());
        Assert.Equal(["night-2", "night-1"], history.EnumerateArray().Select(h => h.GetProperty("jobId").GetString()));
        Assert.Contains("run_date", (await _batchfn.RunAsync("tables", "describe", "ml.nightly")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("0 files, 0 bytes, removed.", (await _batchfn.RunAsync("tables", "vacuum", "ml.nightly")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("delta_scan(", (await _batchfn.RunAsync("tables", "ddl", "ml.nightly", "--for", "duckdb")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("on a local disk", (await _batchfn.RunAsync("tables", "ddl", "ml.nightly", "--for", "synapse")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("There is no table in", (await _batchfn.RunAsync("tables", "describe", "ml.other")).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_and_the_output_of_jobs_are_queried_and_only_what_is_committed_is_seen()
    {
        await Customers.PrepareAsync(_batchfn, 900, "");
        Publish("tables");
        (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "night-1")).Expect(0);
        JsonElement second = (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "night-2", "--json")).Expect(0).Json;
        long scored = second.GetProperty("recordsScored").GetInt64();
        string part = Directory.GetFiles(Path.Combine(second.GetProperty("runFolder").GetString()!, "predictions"))[0];
        File.Copy(part, Path.Combine(Path.GetDirectoryName(part)!, "part-99999-left-over.parquet"));
        File.Copy(part, Path.Combine(Directory.GetDirectories(_batchfn.PathOf("tables", "ml", "nightly"), "run_date=*")[0], "left-over.parquet"));

        JsonElement table = (await _batchfn.RunAsync("query", "SELECT count(*) AS n, count(DISTINCT run_date) AS days FROM ml.nightly", "--json")).Expect(0).Json[0];
        JsonElement job = (await _batchfn.RunAsync("query", "SELECT count(*) AS n FROM predictions", "--job", "night-2", "--json")).Expect(0).Json[0];
        JsonElement both = (await _batchfn.RunAsync("query", "SELECT job_id, count(*) AS n FROM predictions GROUP BY 1 ORDER BY 1", "--job", "night-1", "--job", "night-2", "--json")).Expect(0).Json;
        string rejects = (await _batchfn.RunAsync("query", "SELECT count(*) AS n FROM rejects", "--job", "night-2", "--csv")).Expect(0).Out;
        string file = _batchfn.PathOf("scores.parquet");
        string written = (await _batchfn.RunAsync("query", "SELECT * FROM ml.nightly", "--output", file)).Expect(0).Out;

        Assert.Equal((2 * scored, 1L), (table.GetProperty("n").GetInt64(), table.GetProperty("days").GetInt64()));
        Assert.Equal(scored, job.GetProperty("n").GetInt64());
        Assert.Equal([("night-1", scored), ("night-2", scored)], both.EnumerateArray().Select(r => (r.GetProperty("job_id").GetString()!, r.GetProperty("n").GetInt64())));
        Assert.Equal(["n", (900 - scored).ToString(CultureInfo.InvariantCulture)], rejects.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains((2 * scored).ToString("N0", CultureInfo.InvariantCulture), written, StringComparison.Ordinal);
        Assert.Equal(2 * scored, DuckDb.Query($"SELECT count(*) FROM '{file}'", r => r.GetInt64(0))[0]);
        Assert.Contains("does not exist", (await _batchfn.RunAsync("query", "SELECT * FROM ml.other")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("must end in .parquet, .csv or .json", (await _batchfn.RunAsync("query", "SELECT 1", "--output", "x.xls")).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eight_processes_publish_to_one_table_in_blobs_and_every_job_is_there_once()
    {
        const int Processes = 8;
        await Customers.PrepareAsync(_batchfn, 900, "");
        _batchfn.Variables["BATCHFN_STORAGE_CONNECTION"] = await azurite.GetConnectionStringAsync();
        string folder = $"azure://{(await azurite.CreateContainerAsync(TestContext.Current.CancellationToken)).Name}/published";
        Publish(folder);

        Process[] processes = [.. Enumerable.Range(0, Processes).Select(i => _batchfn.Start(
            "run", Customers.Pipeline, "--job-id", string.Create(CultureInfo.InvariantCulture, $"night-{i}"), "--data", string.Create(CultureInfo.InvariantCulture, $"data-{i}"), "--models", "batchfn-data/models"))];
        foreach (Process process in processes)
        {
            using (process)
            {
                Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
                string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
                await process.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.True(process.ExitCode == 0, $"{await output}{error}");
            }
        }

        using Process history = _batchfn.Start("tables", "history", "ml.nightly", "--tables", folder, "--json");
        using JsonDocument versions = JsonDocument.Parse(await history.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Enumerable.Range(0, Processes).Reverse(), versions.RootElement.EnumerateArray().Select(v => v.GetProperty("version").GetInt32()));
        Assert.Equal(
            Enumerable.Range(0, Processes).Select(i => string.Create(CultureInfo.InvariantCulture, $"night-{i}")),
            versions.RootElement.EnumerateArray().Select(v => v.GetProperty("jobId").GetString()!).Order(StringComparer.Ordinal));
        Assert.Single(versions.RootElement.EnumerateArray().Select(v => v.GetProperty("rowsAdded").GetInt64()).Distinct());
        using Process described = _batchfn.Start("tables", "describe", "ml.nightly", "--tables", folder, "--json");
        using JsonDocument state = JsonDocument.Parse(await described.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        long rows = versions.RootElement.EnumerateArray().Sum(v => v.GetProperty("rowsAdded").GetInt64());
        Assert.Equal(rows, state.RootElement.GetProperty("rows").GetInt64());
        using Process queried = _batchfn.Start("query", "SELECT count(*) AS n FROM ml.nightly", "--tables", folder, "--json");
        using JsonDocument counted = JsonDocument.Parse(await queried.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(rows, counted.RootElement[0].GetProperty("n").GetInt64());
    }

    private void Publish(string folder) => _batchfn.Write(
        Customers.Pipeline,
        File.ReadAllText(_batchfn.PathOf(Customers.Pipeline)).Replace(
            "output: { path: scored }",
            $"output: {{ path: scored, table: {{ name: ml.nightly, path: \"{folder}\", partition_by: [run_date] }} }}",
            StringComparison.Ordinal));
}
