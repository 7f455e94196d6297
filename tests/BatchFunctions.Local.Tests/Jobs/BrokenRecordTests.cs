using System.Text.Json;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

public sealed class BrokenRecordTests
{
    private const int Rows = 10_000;

    // Seven ways to be broken, and what is said of each.
    private static readonly (string Text, string Code, string? Column)[] Ways =
    [
        ("1,abc,1.5,600,3,10,20.5,0,true,north,books", "wrong_type", "age"),
        ("2,,1.5,600,3,10,20.5,0,true,north,books", "missing", "age"),
        ("3,131,1.5,600,3,10,20.5,0,true,north,books", "out_of_range", "age"),
        ("4,40,1.5,600,3,10,20.5,0,true,mars,books", "not_allowed", "region"),
        ("5,40,1.5,600,3,10,20.5,0,true,north", "ragged", null),
        ("6,40,1.5,600,3,10,20.5,0,true,north,\"books\"x", "malformed", null),
        ("7,40,1.5,600,3,10,20.5,0,true,north,spaceships", "not_allowed", "category_preference"),
    ];

    [Fact]
    public async Task Each_broken_record_is_a_reject_with_its_place_its_text_and_its_reason()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        Dictionary<int, (string Text, string Code, string? Column)> broken = Broken();
        bench.Write("data/customers.csv", Churn.Customers(Rows, i => broken.TryGetValue(i, out var b) ? b.Text : null));
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline("shards: { target_rows: 700 }"));

        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline));

        Assert.Equal(JobStatus.Succeeded, result.Status);
        Assert.Equal((10_000, 9_963, 37), (result.RecordsTotal, result.RecordsScored, result.RecordsFailed));
        List<JsonElement> rejects = Rejects(result);
        byte[] file = await File.ReadAllBytesAsync(Path.Combine(bench.Data, "customers.csv"), TestContext.Current.CancellationToken);
        Assert.Equal(broken.Keys.Order(), rejects.Select(r => r.GetProperty("record").GetInt32()));
        Assert.All(rejects, reject =>
        {
            (string text, string code, string? column) = broken[reject.GetProperty("record").GetInt32()];
            Assert.Equal((text, code), (reject.GetProperty("raw").GetString(), reject.GetProperty("code").GetString()));
            Assert.Equal(column, reject.TryGetProperty("column", out JsonElement named) ? named.GetString() : null);
            Assert.NotEmpty(reject.GetProperty("reason").GetString()!);
            int offset = reject.GetProperty("byte_offset").GetInt32();
            Assert.Equal(text, System.Text.Encoding.UTF8.GetString(file.AsSpan(offset, text.Length)));
        });
        IReadOnlyList<long> ids = JobWorkbench.Query(result, "select user_id from {0}", r => Convert.ToInt64(r.GetValue(0), null));
        Assert.Equal(Enumerable.Range(0, Rows).Where(i => !broken.ContainsKey(i)).Select(i => (long)i + 1), ids);
    }

    [Theory]
    [InlineData("policy: { max_failed_records: 37 }", JobStatus.Succeeded)]
    [InlineData("policy: { max_failed_records: 36 }", JobStatus.SucceededWithWarnings)]
    [InlineData("policy: { max_failed_records: 36, on_breach: fail }", JobStatus.Failed)]
    [InlineData("policy: { min_success_rate: 0.9963 }", JobStatus.Succeeded)]
    [InlineData("policy: { min_success_rate: 0.9964, on_breach: fail }", JobStatus.Failed)]
    public async Task The_status_follows_the_policy(string policy, JobStatus expected)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        Dictionary<int, (string Text, string Code, string? Column)> broken = Broken();
        bench.Write("data/customers.csv", Churn.Customers(Rows, i => broken.TryGetValue(i, out var b) ? b.Text : null));
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline(policy));

        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline));

        Assert.Equal(expected, result.Status);
        string marker = expected switch { JobStatus.Succeeded => "_SUCCESS", JobStatus.SucceededWithWarnings => "_WARNINGS", _ => "_FAILED" };
        Assert.True(File.Exists(Path.Combine(result.RunFolder!, marker)));
        Assert.Equal(expected != JobStatus.Failed, Directory.Exists(Path.Combine(result.RunFolder!, "predictions")));
        Assert.Equal(37, Rejects(result).Count);
    }

    [Fact]
    public async Task With_on_bad_record_fail_the_first_one_ends_the_job_and_is_named()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(1_000, i => i == 700 ? Ways[0].Text : null));
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline().Replace("validation:", "validation:\n  on_bad_record: fail", StringComparison.Ordinal));

        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline));

        Assert.Equal((JobStatus.Failed, (ErrorKind?)ErrorKind.Policy), (result.Status, result.ErrorKind));
        Assert.Contains("Record 700", result.Error, StringComparison.Ordinal);
        Assert.Contains("abc", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(result.RunFolder!, "predictions")));
    }

    [Fact]
    public async Task A_first_file_with_nothing_but_a_broken_record_does_not_condemn_the_others()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/a.csv", $"{Churn.Header}\n{Ways[0].Text}\n");
        bench.Write("data/b.csv", Churn.Customers(500));
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline("shards: { target_rows: 100 }", "data/*.csv"));

        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline));

        Assert.Equal((JobStatus.Succeeded, 501L, 1L), (result.Status, result.RecordsTotal, result.RecordsFailed));
    }

    [Fact]
    public async Task A_publication_that_breaks_off_is_taken_back_and_the_rejects_are_shown()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(500, i => i == 7 ? Ways[0].Text : null));
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline("shards: { target_rows: 100 }"));
        string run = Path.Combine(bench.Root, "scored", "churn", "2026-02-08", "job");

        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline), progress =>
        {
            // A folder where the manifest should go stops the publication after the parts were moved.
            if (progress.Step == "Verify")
                Directory.CreateDirectory(Path.Combine(run, "manifest.json", "in-the-way"));
        });

        Assert.Equal((JobStatus.Failed, 500L, 1L), (result.Status, result.RecordsTotal, result.RecordsFailed));
        Assert.Equal(run, result.RunFolder);
        Assert.False(Directory.Exists(Path.Combine(run, "predictions")));
        Assert.True(File.Exists(Path.Combine(run, "_FAILED")));
        Assert.False(File.Exists(Path.Combine(run, "_SUCCESS")));
        Assert.Single(Rejects(result));
    }

    private static Dictionary<int, (string Text, string Code, string? Column)> Broken() =>
        Enumerable.Range(0, 37).ToDictionary(i => (i * 263) + (i % 5), i => Ways[i % Ways.Length]);

    private static List<JsonElement> Rejects(JobResult result) =>
        [.. Directory.EnumerateFiles(Path.Combine(result.RunFolder!, "rejects")).Order(StringComparer.Ordinal).SelectMany(File.ReadLines).Select(l => JsonDocument.Parse(l).RootElement)];
}
