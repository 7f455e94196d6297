using System.Text.Json.Nodes;
using BatchFunctions.TestSupport;
using BatchFunctions.Verification;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>A filtered job scores what SQL would choose, reads no more than it must, and accounts for the rest.</summary>
public sealed class FilterTests
{
    private const int Customers = 20_000;
    private const int RowGroup = 2_048;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("csv", "age between 30 and 40 and region in ['north', 'south']")]
    [InlineData("jsonl", "is_premium or income / age > 5000")]
    [InlineData("parquet", "user_id > 15000 and not (is_premium and region = 'east')")]
    [InlineData("parquet", "region >= 'south' or user_id is null or num_returns = 3")]
    public async Task The_records_scored_are_those_that_sql_chooses(string format, string filter)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        WriteCustomers(bench, format);

        JobResult job = await RunAsync(bench, format, filter);

        Assert.True(job.Status == JobStatus.Succeeded, job.Error);
        string chosen = $"select user_id from {Source(bench, format)} where {filter.Replace('[', '(').Replace(']', ')')} order by 1";
        Assert.Equal(
            DuckDb.Query(chosen, r => r.GetInt64(0)),
            JobWorkbench.Query(job, "select user_id from {0} order by 1", r => r.GetInt64(0)));
        JsonNode metadata = JsonNode.Parse(await File.ReadAllBytesAsync(Path.Combine(job.RunFolder!, "metadata.json"), Stop))!;
        Assert.Equal(Customers, (long)metadata["records_total"]! + (long)metadata["records_excluded"]!);
        Assert.Contains("Left out by the filter", await File.ReadAllTextAsync(Path.Combine(job.RunFolder!, "report.txt"), Stop), StringComparison.Ordinal);
        Assert.Empty((await VerifyAsync(bench, job)).Checks.SelectMany(c => c.Problems));
    }

    [Theory]
    [InlineData("user_id = 5000", 1)]
    [InlineData("user_id between 2000 and 4100", 3)]
    [InlineData("user_id in (1, 10000, 20000)", 3)]
    [InlineData("user_id <= 2048 or user_id > 19000", 2)]
    [InlineData("user_id + 0 = 5000", 10)]
    public async Task Only_row_groups_that_may_have_a_match_are_read(string filter, int rowGroups)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        WriteCustomers(bench, "parquet");
        await using var runtime = new JobRuntime(bench.Services());

        JobPreview preview = await runtime.PreviewAsync(JobWorkbench.Request(Pipeline(bench, "parquet", filter)), Stop);

        Assert.Equal(rowGroups, Math.Ceiling(preview.Shards.Sum(s => s.Records!.Value) / (double)RowGroup));
    }

    [Fact]
    public async Task The_same_parts_come_out_however_many_shards_run_at_once()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        WriteCustomers(bench, "parquet");
        string pipeline = Pipeline(bench, "parquet", "user_id < 3000 or user_id > 17000 and age > 40");

        JobResult one = await bench.RunAsync(JobWorkbench.Request(pipeline, "one", maxParallel: 1));
        JobResult four = await bench.RunAsync(JobWorkbench.Request(pipeline, "four", maxParallel: 4));

        Assert.Equal(JobWorkbench.Hashes(one), JobWorkbench.Hashes(four));
    }

    [Fact]
    public async Task Folders_that_cannot_match_are_not_read()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        foreach (string day in (string[])["2026-02-07", "2026-02-08"])
            bench.Write($"data/day={day}/customers.csv", Churn.Customers(100));
        bench.Write("data/day=2026-02-09/customers.csv", Churn.Header + "\nnot,what,it,should,be\n");
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline(source: "data/**/*.csv").Replace(
            "id: user_id }", "id: user_id, filter: \"day = '2026-02-08'\" }", StringComparison.Ordinal));

        JobResult job = await bench.RunAsync(JobWorkbench.Request(pipeline));

        Assert.True(job.Status == JobStatus.Succeeded, job.Error);
        Assert.Equal((100, 100, 0), (job.RecordsTotal, job.RecordsScored, job.RecordsFailed));
        Assert.Empty((await VerifyAsync(bench, job)).Checks.SelectMany(c => c.Problems));
    }

    [Fact]
    public async Task What_the_filter_cannot_read_is_a_reject_and_what_it_leaves_out_is_none()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(1_000, i => i switch
        {
            10 => "11,unreadable,1.5,600,3,10,20.5,0,true,north,books",
            20 => "21,20,unreadable,600,3,10,20.5,0,true,north,books",
            30 => "31,50,unreadable,600,3,10,20.5,0,true,north,books",
            40 => "41,50,1.5",
            _ => null,
        }));

        JobResult job = await RunAsync(bench, "csv", "age >= 40");

        Assert.Equal(3, job.RecordsFailed);
        Assert.Equal(
            [11, 31, 41],
            Directory.GetFiles(Path.Combine(job.RunFolder!, "rejects")).Order(StringComparer.Ordinal).SelectMany(File.ReadLines)
                .Select(line => 1 + (int)JsonNode.Parse(line)!["record"]!));
    }

    [Fact]
    public async Task A_filter_that_does_not_fit_the_columns_is_refused_where_it_stands()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        WriteCustomers(bench, "csv");

        JobResult job = await RunAsync(bench, "csv", "agee > 3 and region > 5");

        Assert.Equal((JobStatus.Failed, ErrorKind.Request), (job.Status, job.ErrorKind));
        Assert.Contains("source.filter: There is no column 'agee'; did you mean 'age'?", job.Error, StringComparison.Ordinal);
        Assert.Contains("source.filter: 'region' is string and 5 a number", job.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("parquet", "user_id < 0")]
    [InlineData("csv", "age > 200")]
    public async Task A_filter_that_nothing_passes_is_said(string format, string filter)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        WriteCustomers(bench, format);

        JobResult job = await RunAsync(bench, format, filter);

        Assert.Equal((JobStatus.Failed, ErrorKind.Request), (job.Status, job.ErrorKind));
        Assert.Contains("source.filter", job.Error, StringComparison.Ordinal);
    }

    private static void WriteCustomers(JobWorkbench bench, string format)
    {
        string csv = bench.Write("data/customers.csv", Churn.Customers(Customers));
        if (format == "csv")
            return;
        string target = Path.Combine(bench.Data, $"customers.{format}");
        string options = format == "parquet" ? $"format parquet, row_group_size {RowGroup}" : "format json";
        DuckDb.Execute($"set threads = 1; copy (select * from read_csv('{csv}') order by user_id) to '{target}' ({options})");
    }

    private static string Source(JobWorkbench bench, string format) => format switch
    {
        "csv" => $"read_csv('{bench.Data}/customers.csv')",
        "jsonl" => $"read_json('{bench.Data}/customers.jsonl')",
        _ => $"read_parquet('{bench.Data}/customers.parquet')",
    };

    private static string Pipeline(JobWorkbench bench, string format, string filter) => bench.Write(
        "churn.yaml",
        Churn.Pipeline("shards: { target_rows: 3000 }", $"data/customers.{format}")
            .Replace("id: user_id }", $"id: user_id, filter: \"{filter}\" }}", StringComparison.Ordinal)
            .Replace("columns:", "columns:\n    user_id: { type: int64 }", StringComparison.Ordinal));

    private static Task<JobResult> RunAsync(JobWorkbench bench, string format, string filter) =>
        bench.RunAsync(JobWorkbench.Request(Pipeline(bench, format, filter)));

    private static async Task<VerificationReport> VerifyAsync(JobWorkbench bench, JobResult job) =>
        await new JobVerifier(bench.Services()).VerifyAsync(job.JobId, job.RunFolder!, new VerificationOptions { All = true }, Stop);
}
