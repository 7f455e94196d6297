using System.Text.Json.Nodes;
using BatchFunctions.TestSupport;
using BatchFunctions.Verification;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>A verification finds whatever was changed after the job, and names the file.</summary>
public sealed class VerifyJobTests
{
    private const string Broken = "7,40,1.5,600,3,10,20.5,0,true,north,spaceships";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("data/customers.csv")]
    [InlineData("data/customers.parquet")]
    [InlineData("data/customers.jsonl")]
    [InlineData("data/customers.csv.gz")]
    public async Task An_untouched_job_is_verified(string source)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        JobResult job = await RunAsync(bench, source);

        VerificationReport report = await VerifyAsync(bench, job, new VerificationOptions { All = true });

        Assert.Empty(report.Checks.SelectMany(c => c.Problems));
        Assert.True(report.IsVerified);
        Assert.Equal(!source.EndsWith(".gz", StringComparison.Ordinal), report.IsComplete);
        Assert.Equal(["documents", "parts", "commits", "snapshot", "model", "records", "scores"], report.Checks.Select(c => c.Name));
        Assert.All(report.Checks.Where(c => c.NotChecked.Count == 0), c => Assert.True(c.Checked > 0, c.Name));
    }

    [Theory]
    [InlineData("run:predictions/part-00000-*", "parts")]
    [InlineData("run:predictions/part-00003-*", "parts")]
    [InlineData("run:rejects/part-00001-*", "parts")]
    [InlineData("models/churn/1.0.0/model.onnx", "model")]
    [InlineData("models/churn/1.0.0/manifest.yaml", "model")]
    [InlineData("data/customers.csv", "snapshot")]
    public async Task A_flipped_byte_is_found_and_its_file_named(string where, string check)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        JobResult job = await RunAsync(bench, "data/customers.csv");
        string file = where.StartsWith("run:", StringComparison.Ordinal)
            ? Directory.GetFiles(job.RunFolder!, where["run:".Length..]).Single()
            : Path.Combine(bench.Root, where);
        long length = new FileInfo(file).Length;

        foreach (long at in (long[])[0, length / 2, length - 1])
        {
            Flip(file, at);
            VerificationReport report = await VerifyAsync(bench, job);
            Flip(file, at);

            Assert.False(report.IsVerified);
            Assert.Contains(report.Checks.Single(c => c.Name == check).Problems, p => p.File == file);
        }

        Assert.True((await VerifyAsync(bench, job)).IsVerified);
    }

    [Fact]
    public async Task A_flipped_byte_in_a_column_that_the_job_does_not_read_is_found_too()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        JobResult job = await RunAsync(bench, "data/customers.parquet", ", 'never read' AS remark");
        string file = Path.Combine(bench.Root, "data/customers.parquet");
        byte[] content = await File.ReadAllBytesAsync(file, Stop);

        Flip(file, content.AsSpan().LastIndexOf("never read"u8));
        VerificationReport report = await VerifyAsync(bench, job);

        Assert.Equal(file, Assert.Single(report.Checks.Single(c => c.Name == "snapshot").Problems).File);
    }

    [Fact]
    public async Task Without_a_recorded_content_a_changed_value_is_found_by_scoring_all_again()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        JobResult job = await RunAsync(bench, "data/customers.csv", hash: "never");
        string file = Path.Combine(bench.Root, "data/customers.csv");
        string[] lines = await File.ReadAllLinesAsync(file, Stop);
        DateTime written = File.GetLastWriteTimeUtc(file);
        int at = lines[1100].IndexOf(',', StringComparison.Ordinal) + 1;
        lines[1100] = string.Concat(lines[1100].AsSpan(0, at), lines[1100][at] == '4' ? "5" : "4", lines[1100].AsSpan(at + 1));
        await File.WriteAllTextAsync(file, string.Join('\n', lines) + "\n", Stop);
        File.SetLastWriteTimeUtc(file, written);

        VerificationReport quick = await VerifyAsync(bench, job, new VerificationOptions { Sample = 1 });
        VerificationReport full = await VerifyAsync(bench, job, new VerificationOptions { All = true });

        Assert.True(quick.IsVerified);
        Assert.Contains("source.hash", Assert.Single(quick.Checks.Single(c => c.Name == "snapshot").NotChecked), StringComparison.Ordinal);
        VerificationProblem problem = Assert.Single(full.Checks.SelectMany(c => c.Problems));
        Assert.Contains("/predictions/part-00002-", problem.File, StringComparison.Ordinal);
        Assert.Contains(file, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_written_anew_with_the_same_content_is_told_as_that()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        JobResult job = await RunAsync(bench, "data/customers.csv");
        string file = Path.Combine(bench.Root, "data/customers.csv");

        File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddHours(1));
        VerificationReport report = await VerifyAsync(bench, job);

        VerificationProblem problem = Assert.Single(report.Checks.SelectMany(c => c.Problems));
        Assert.Equal(file, problem.File);
        Assert.Contains("content is the same", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("manifest.json", "records_scored")]
    [InlineData("metadata.json", "records_total")]
    [InlineData("metadata.json", "records_failed")]
    [InlineData("metadata.json", "model_sha256")]
    [InlineData("summary_metrics.json", "records_scored")]
    public async Task A_changed_claim_is_found(string document, string key)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        JobResult job = await RunAsync(bench, "data/customers.csv");
        string file = Path.Combine(job.RunFolder!, document);
        JsonNode claims = JsonNode.Parse(await File.ReadAllTextAsync(file, Stop))!;
        claims[key] = claims[key]!.GetValueKind() == System.Text.Json.JsonValueKind.Number ? 1999 : "0123";
        await File.WriteAllTextAsync(file, claims.ToJsonString(), Stop);

        VerificationReport report = await VerifyAsync(bench, job);

        Assert.Contains(report.Checks.SelectMany(c => c.Problems), p => p.File == file);
    }

    [Fact]
    public async Task What_is_gone_and_what_does_not_belong_is_named()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        JobResult job = await RunAsync(bench, "data/customers.csv");
        string part = Directory.GetFiles(job.RunFolder!, "predictions/part-00001-*").Single();
        string stranger = Path.Combine(job.RunFolder!, "predictions/part-00009-abc.parquet");
        string marker = Path.Combine(job.RunFolder!, "_SUCCESS");
        string commit = Path.Combine(bench.WorkAddress, "job/shards/00002.json");
        File.Move(part, stranger);
        File.Delete(marker);
        File.Delete(commit);

        VerificationReport report = await VerifyAsync(bench, job);

        Assert.Subset(report.Checks.SelectMany(c => c.Problems).Select(p => p.File).ToHashSet(), new HashSet<string> { part, stranger, marker, commit });
    }

    [Fact]
    public async Task Without_work_files_the_parts_are_verified_and_the_rest_is_said_to_be_left_out()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        JobResult job = await RunAsync(bench, "data/customers.csv");
        Directory.Delete(Path.Combine(bench.WorkAddress, "job"), recursive: true);

        VerificationReport report = await VerifyAsync(bench, job);

        Assert.Equal((true, false), (report.IsVerified, report.IsComplete));
        Assert.All(report.Checks.Where(c => c.Name is "commits" or "snapshot" or "model" or "records" or "scores"), c => Assert.NotEmpty(c.NotChecked));
    }

    private static async Task<JobResult> RunAsync(JobWorkbench bench, string source, string more = "", string hash = "auto")
    {
        string csv = bench.Write("customers.csv", Churn.Customers(2_000, row => row % 600 == 77 ? Broken : null));
        string target = Path.Combine(bench.Root, source);
        switch (Path.GetExtension(source))
        {
            case ".csv":
                File.Copy(csv, target);
                break;
            case ".gz":
                await using (var gzip = new System.IO.Compression.GZipStream(File.Create(target), System.IO.Compression.CompressionLevel.Fastest))
                    await gzip.WriteAsync(await File.ReadAllBytesAsync(csv, Stop), Stop);
                break;
            case var ending:
                DuckDb.Execute($"COPY (SELECT *{more} FROM read_csv('{csv}')) TO '{target}' ({(ending == ".jsonl" ? "FORMAT JSON" : "FORMAT PARQUET, COMPRESSION UNCOMPRESSED, ROW_GROUP_SIZE 500")})");
                break;
        }

        string pipeline = Churn.Pipeline("shards: { target_rows: 500 }", source).Replace("id: user_id", $"id: user_id, hash: {hash}", StringComparison.Ordinal);
        JobResult result = await bench.RunAsync(JobWorkbench.Request(bench.Write("churn.yaml", pipeline)));
        Assert.Equal((JobStatus.Succeeded, null), (result.Status, result.Error));
        Assert.Equal(4, result.RecordsFailed);
        return result;
    }

    private static Task<VerificationReport> VerifyAsync(JobWorkbench bench, JobResult job, VerificationOptions? options = null) =>
        new JobVerifier(bench.Services()).VerifyAsync(job.JobId, job.RunFolder!, options ?? new VerificationOptions(), Stop);

    /// <summary>Flips a bit so that neither length nor time tell.</summary>
    private static void Flip(string file, long at)
    {
        DateTime written = File.GetLastWriteTimeUtc(file);
        using (FileStream content = File.Open(file, FileMode.Open, FileAccess.ReadWrite))
        {
            content.Position = at;
            int value = content.ReadByte();
            content.Position = at;
            content.WriteByte((byte)(value ^ 1));
        }

        File.SetLastWriteTimeUtc(file, written);
    }
}
