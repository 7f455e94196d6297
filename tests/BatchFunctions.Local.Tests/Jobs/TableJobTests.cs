using System.Text.Json;
using BatchFunctions.Storage;
using BatchFunctions.Tables;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>A job whose predictions become part of a table.</summary>
public sealed class TableJobTests
{
    private const string Table = "output: { path: scored, table: { name: ml.churn, partition_by: [run_date, model_version] } }";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_tables_rows_are_those_of_the_run_folder_and_the_metadata_says_where_they_went()
    {
        using JobWorkbench bench = await PrepareAsync(Table);
        JobResult result = await bench.RunAsync(JobWorkbench.Request(bench.Root + "/churn.yaml"));

        Assert.Equal((JobStatus.Succeeded, null), (result.Status, result.Error));
        TableState state = await TableOf(bench).ReadAsync(null, Cancellation);
        Assert.Equal((0L, 5L, 4_990L), (state.Version, state.Files.Count, state.Files.Sum(f => f.Rows)!.Value));
        Assert.All(state.Files, f => Assert.Equal(("2026-02-08", "1.0.0"), (f.Partition["run_date"], f.Partition["model_version"])));
        string[] Rows(string files) => [.. DuckDb.Query($"SELECT user_id, score FROM read_parquet({files}, hive_partitioning = false) ORDER BY user_id", r => $"{r.GetValue(0)} {r.GetFloat(1):R}")];
        Assert.Equal(
            Rows($"'{result.RunFolder}/predictions/*.parquet'"),
            Rows($"[{string.Join(", ", state.Files.Select(f => $"'{bench.Root}/tables/{f.Key}'"))}]"));
        using JsonDocument metadata = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(result.RunFolder!, "metadata.json"), Cancellation));
        JsonElement table = metadata.RootElement.GetProperty("table");
        Assert.Equal(("ml.churn", 0L, "append"), (table.GetProperty("name").GetString(), table.GetProperty("version").GetInt64(), table.GetProperty("mode").GetString()));
    }

    [Fact]
    public async Task The_publish_step_run_three_times_adds_one_version()
    {
        using JobWorkbench bench = await PrepareAsync(Table);
        await bench.RunAsync(JobWorkbench.Request(bench.Root + "/churn.yaml"));

        for (int i = 0; i < 2; i++)
        {
            // What a worker does that was killed after the table's commit and before it could say so.
            await using var runtime = new JobRuntime(bench.Services());
            var end = new EndRequest(
                new JobReference("job", $"{bench.WorkAddress}/job"), JobStatus.Succeeded, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddMinutes(1), null, null, null);
            JobResult again = await runtime.Catalog.Activities.Get(JobActivities.Publish).InvokeAsync(end, Cancellation);
            Assert.Equal(4_990, again.RecordsScored);
        }

        TableState state = await TableOf(bench).ReadAsync(null, Cancellation);
        Assert.Equal((0L, 4_990L), (state.Version, state.Files.Sum(f => f.Rows)!.Value));
    }

    [Fact]
    public async Task Predictions_that_do_not_fit_the_table_are_refused_before_anything_is_scored()
    {
        using JobWorkbench bench = await PrepareAsync(Table);
        await bench.RunAsync(JobWorkbench.Request(bench.Root + "/churn.yaml"));
        bench.Write("other.yaml", Churn.Pipeline().Replace("output: { path: scored, include: [region] }", Table.Replace(", model_version", "", StringComparison.Ordinal), StringComparison.Ordinal));
        JobResult result = await bench.RunAsync(JobWorkbench.Request(bench.Root + "/other.yaml", "other"));

        Assert.Equal(JobStatus.Failed, result.Status);
        Assert.Contains("is partitioned by run_date, model_version, the pipeline's output.table.partition_by says run_date", result.Error!, StringComparison.Ordinal);
        Assert.Null(result.RunFolder);
    }

    private static async Task<JobWorkbench> PrepareAsync(string output)
    {
        JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(5_000, i => i % 500 == 7 ? "7,40,1.5,600,3,10,20.5,0,true,nowhere,books" : null));
        bench.Write("churn.yaml", Churn.Pipeline("shards: { target_rows: 1000 }").Replace("output: { path: scored, include: [region] }", output, StringComparison.Ordinal));
        return bench;
    }

    private static Table TableOf(JobWorkbench bench) =>
        new(new StoreLocation(new LocalObjectStore($"{bench.Root}/tables"), "ml/churn"), TimeProvider.System, NullLoggerFactory.Instance);
}
