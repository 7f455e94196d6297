using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using BatchFunctions.Reprocessing;
using BatchFunctions.TestSupport;
using BatchFunctions.Verification;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>Rejects are scored again, and the output then holds every record once; what stood there stays as it was.</summary>
public sealed class ReprocessTests
{
    private const int Rows = 2_000;
    private const int Broken = 20;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("csv", "csv", false)]
    [InlineData("csv", "parquet", false)]
    [InlineData("csv", "jsonl", false)]
    [InlineData("parquet", "csv", false)]
    [InlineData("jsonl", "parquet", false)]
    [InlineData("jsonl", "jsonl", false)]
    [InlineData("csv", "csv", true)]
    [InlineData("parquet", "parquet", true)]
    public async Task Twenty_broken_records_corrected_make_the_output_whole(string source, string corrected, bool byPosition)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        JobResult job = await RunAsync(bench, source, byPosition);
        Assert.Equal((Rows - Broken, Broken), (job.RecordsScored, job.RecordsFailed));
        Dictionary<string, byte[]> before = Parts(job);

        JobResult added = await ReprocessAsync(bench, new ReprocessWish { Corrected = WriteCorrected(bench, job, corrected, source, byPosition), By = "ada", Reason = "typing errors" });

        Assert.Equal((JobStatus.Succeeded, null), (added.Status, added.Error));
        Assert.Equal((Broken, Broken, 0), (added.RecordsTotal, added.RecordsScored, added.RecordsFailed));
        await AssertWholeAsync(bench, job, byPosition);
        foreach ((string file, byte[] bytes) in before)
            Assert.Equal(bytes, await File.ReadAllBytesAsync(file, Stop));
        JsonNode told = Read(job, "metadata.json")["reprocesses"]![0]!;
        Assert.Equal(("ada", "typing errors"), ((string?)told["by"], (string?)told["reason"]));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync((string)told["corrected_file"]!["address"]!, Stop))), (string?)told["corrected_file"]!["sha256"]);
        Assert.Single(Read(job, "summary_metrics.json")["reprocesses"]!.AsArray());
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("parquet")]
    [InlineData("jsonl")]
    public async Task Relaxed_rules_score_what_they_allow_and_leave_the_rest(string source)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        JobResult job = await RunAsync(bench, source, byPosition: false);
        string relaxed = bench.Write("relaxed.yaml", PipelineFor(source, byPosition: false).Replace("max: 130", "max: 1000", StringComparison.Ordinal));

        JobResult added = await ReprocessAsync(bench, new ReprocessWish { Pipeline = relaxed });

        Assert.Equal((JobStatus.Succeeded, null), (added.Status, added.Error));
        Assert.Equal(10, added.RecordsScored);
        JsonNode metadata = Read(job, "metadata.json");
        Assert.Equal((Rows, Rows - 10, 10), ((int)metadata["records_total"]!, (int)metadata["records_scored"]!, (int)metadata["records_failed"]!));
        Assert.Equal(10, Lines(job).Count());
        await AssertVerifiedAsync(bench, job);
    }

    [Fact]
    public async Task What_fails_again_is_corrected_again_in_whatever_form_it_was_left()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        JobResult job = await RunAsync(bench, "csv", byPosition: false);
        string[] good = Churn.Customers(Rows).Split('\n');
        string wrong = bench.Write("wrong.csv", $"region,{Churn.Header.Replace(",region", "", StringComparison.Ordinal)}\n" + string.Join('\n', Enumerable.Range(0, Broken).Select(i => Shuffled(good[1 + Position(i)], i < 5 ? "atlantis" : null))) + "\n");

        JobResult first = await ReprocessAsync(bench, new ReprocessWish { Corrected = wrong });
        Assert.Equal((15, 5), (first.RecordsScored, first.RecordsFailed));
        string again = bench.Write("again.jsonl", string.Join('\n', Lines(job).Select(l => l.Replace("atlantis", "north", StringComparison.Ordinal))) + "\n");
        JobResult second = await ReprocessAsync(bench, new ReprocessWish { Corrected = again });

        Assert.Equal((JobStatus.Succeeded, 5, 0), (second.Status, second.RecordsScored, second.RecordsFailed));
        Assert.Equal("job-reprocess-2", second.JobId);
        Assert.Equal((3, "manifest.0002.json"), ((int)Read(job, "manifest.json")["generation"]!, (string?)Read(job, "manifest.json")["previous"]!["file"]));
        Assert.Equal(2, Read(job, "metadata.json")["reprocesses"]!.AsArray().Count);
        Assert.Equal(Rows, IdsOf(job).Distinct().Count());
        await AssertVerifiedAsync(bench, job);

        // The region comes first there.
        static string Shuffled(string line, string? region)
        {
            string[] cells = line.Split(',');
            return string.Join(',', [region ?? cells[9], .. cells[..9], cells[10]]);
        }
    }

    [Fact]
    public async Task Of_two_that_build_on_the_same_output_one_wins_and_the_other_leaves_nothing()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        JobResult job = await RunAsync(bench, "csv", byPosition: false);
        var wish = new ReprocessWish { Corrected = WriteCorrected(bench, job, "csv", "csv", byPosition: false) };
        JobRequest one = await DraftAsync(bench, wish);
        JobRequest two = one with { JobId = JobId.ForReprocess("job", 2), Reprocess = one.Reprocess! with { Number = 2 } };

        JobResult[] results = await Task.WhenAll(RunAsync(bench, one), RunAsync(bench, two));

        Assert.Single(results, r => r.Status == JobStatus.Succeeded);
        JobResult loser = Assert.Single(results, r => r.Status == JobStatus.Failed);
        Assert.Contains("Nothing was added", loser.Error, StringComparison.Ordinal);
        await AssertWholeAsync(bench, job, byPosition: false);
        Assert.Empty(Directory.GetFiles(job.RunFolder + "/reprocess", "claim-*"));
    }

    [Fact]
    public async Task What_cannot_be_added_is_refused_with_the_reason()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        JobResult job = await RunAsync(bench, "csv", byPosition: false);
        string good = Churn.Customers(Rows).Split('\n')[1 + Position(3)];

        await RefusedAsync(new ReprocessWish(), "Nothing was given");
        await RefusedAsync(new ReprocessWish { Corrected = bench.Write("none.csv", $"{Churn.Header}\n999999{good[good.IndexOf(',', StringComparison.Ordinal)..]}\n") }, "matches one of the 20 rejects");
        await RefusedAsync(new ReprocessWish { Corrected = bench.Write("twice.csv", $"{Churn.Header}\n{good}\n{good}\n") }, "corrects the same reject as record 0");
        await RefusedAsync(new ReprocessWish { Corrected = bench.Write("lacking.csv", "user_id,age\n1,2\n") }, "has no column");
        await RefusedAsync(new ReprocessWish { Corrected = bench.Write("nowhere.jsonl", """{"file":"other.csv","record":3,"raw":"x"}""" + "\n") }, "no file 'other.csv'");
        await RefusedAsync(new ReprocessWish { Corrected = bench.Root + "/gone.csv" }, "There is no file");
        await RefusedAsync(new ReprocessWish { Pipeline = Changed("bands: { low: 0.2", "bands: { low: 0.1") }, "decisions");
        await RefusedAsync(new ReprocessWish { Pipeline = Changed("include: [region]", "include: []") }, "output.include");
        string registered = bench.ModelsAddress + "/churn/1.0.0/";
        await bench.RegisterAsync(
            "churn",
            "2.0.0",
            await File.ReadAllBytesAsync(registered + "model.onnx", Stop),
            (await File.ReadAllTextAsync(registered + "manifest.yaml", Stop)).Replace("1.0.0", "2.0.0", StringComparison.Ordinal));
        await RefusedAsync(new ReprocessWish { Pipeline = Changed("churn@1.0.0", "churn@2.0.0") }, "churn@2.0.0");

        Assert.Equal(1, (int?)Read(job, "manifest.json")["generation"] ?? 1);
        await AssertVerifiedAsync(bench, job);
        await ReprocessAsync(bench, new ReprocessWish { Corrected = WriteCorrected(bench, job, "csv", "csv", byPosition: false) });
        await RefusedAsync(new ReprocessWish { Corrected = WriteCorrected(bench, job, "csv", "csv", byPosition: false) }, "has no rejects");

        string Changed(string what, string by) =>
            bench.Write("changed.yaml", PipelineFor("csv", byPosition: false).Replace(what, by, StringComparison.Ordinal));

        async Task RefusedAsync(ReprocessWish wish, string why)
        {
            string? error;
            try
            {
                error = (await ReprocessAsync(bench, wish)).Error;
            }
            catch (BatchFunctionsException refusal)
            {
                error = refusal.Message;
            }

            Assert.Contains(why, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_flipped_byte_in_what_was_added_is_found()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        JobResult job = await RunAsync(bench, "csv", byPosition: false);
        await ReprocessAsync(bench, new ReprocessWish { Corrected = WriteCorrected(bench, job, "csv", "csv", byPosition: false) });
        string[] files =
        [
            Directory.GetFiles(job.RunFolder + "/predictions", "part-r0001-*").Single(),
            Directory.GetFiles(job.RunFolder + "/reprocess/0001/input", "*.csv").Single(),
            Directory.GetFiles(job.RunFolder + "/rejects").First(),
            job.RunFolder + "/manifest.0001.json",
        ];
        foreach (string file in files)
        {
            byte[] content = await File.ReadAllBytesAsync(file, Stop);
            DateTime written = File.GetLastWriteTimeUtc(file);
            byte[] flipped = [.. content];
            flipped[flipped.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(file, flipped, Stop);
            File.SetLastWriteTimeUtc(file, written);

            VerificationReport report = await new JobVerifier(bench.Services()).VerifyAsync("job", job.RunFolder!, new VerificationOptions(), Stop);

            await File.WriteAllBytesAsync(file, content, Stop);
            File.SetLastWriteTimeUtc(file, written);
            Assert.Contains(report.Checks.SelectMany(c => c.Problems), p => p.File == file);
        }

        await AssertVerifiedAsync(bench, job);
    }

    private static int Position(int broken) => (broken * 97) + 11;

    // Half of them have a value that a rule forbids, the others one that no rule could allow.
    private static string? Break(int row)
    {
        int broken = Array.IndexOf([.. Enumerable.Range(0, Broken).Select(Position)], row);
        if (broken < 0)
            return null;
        string id = (row + 1).ToString(CultureInfo.InvariantCulture);
        return broken % 2 == 0 ? $"{id},919,52000.5,600,3,10,20.5,0,true,north,toys" : $"{id},40,52000.5,600,3,10,20.5,0,true,north,spaceships";
    }

    private static string PipelineFor(string format, bool byPosition)
    {
        string pipeline = Churn.Pipeline("shards: { target_rows: 500 }", $"data/customers.{format}")
            .Replace("include: [region] }", "include: [region], single_file: true }", StringComparison.Ordinal);
        return byPosition ? pipeline.Replace(", id: user_id", "", StringComparison.Ordinal) : pipeline;
    }

    private static async Task<JobResult> RunAsync(JobWorkbench bench, string format, bool byPosition)
    {
        string csv = bench.Write("broken.csv", Churn.Customers(Rows, Break));
        WriteAs(csv, $"{bench.Data}/customers.{format}", format);
        JobResult job = await bench.RunAsync(JobWorkbench.Request(bench.Write("churn.yaml", PipelineFor(format, byPosition))));
        Assert.Equal((JobStatus.Succeeded, null), (job.Status, job.Error));
        return job;
    }

    private static void WriteAs(string csv, string target, string format)
    {
        if (format == "csv")
            File.Copy(csv, target, overwrite: true);
        else
            DuckDb.Execute($"COPY (SELECT * FROM read_csv('{csv}')) TO '{target}' ({(format == "jsonl" ? "FORMAT JSON" : "FORMAT PARQUET, ROW_GROUP_SIZE 500")})");
    }

    /// <summary>Writes the records that are rejects as they should have been, and one that is none.</summary>
    private static string WriteCorrected(JobWorkbench bench, JobResult job, string format, string source, bool byPosition)
    {
        string[] good = Churn.Customers(Rows).Split('\n');
        IEnumerable<int> rows = Enumerable.Range(0, Broken).Select(Position).Append(1);
        string csv = bench.Write("corrected-lines.csv", byPosition
            ? $"{Churn.Header},file,record\n" + string.Join('\n', rows.Select(r => $"{good[1 + r]},customers.{source},{r}")) + "\n"
            : $"{Churn.Header}\n" + string.Join('\n', rows.Select(r => good[1 + r])) + "\n");
        string file = $"{bench.Root}/corrected.{format}";
        WriteAs(csv, file, format);
        Assert.True(job.RecordsFailed > 0);
        return file;
    }

    private static async Task<JobResult> ReprocessAsync(JobWorkbench bench, ReprocessWish wish) => await RunAsync(bench, await DraftAsync(bench, wish));

    private static async Task<JobResult> RunAsync(JobWorkbench bench, JobRequest request) => await bench.RunAsync(request);

    private static async Task<JobRequest> DraftAsync(JobWorkbench bench, ReprocessWish wish)
    {
        await using EmbeddedEngine engine = await EmbeddedEngine.OpenAsync(
            new EmbeddedEngineOptions { JournalPath = bench.Journal }, new WorkflowCatalog(new ActivityCatalog()), TimeProvider.System, NullLoggerFactory.Instance, Stop);
        return await new ReprocessDraft(bench.Services(), engine).MakeAsync((await engine.FindAsync("job", Stop))!, wish, "cli", Stop);
    }

    private static async Task AssertWholeAsync(JobWorkbench bench, JobResult job, bool byPosition)
    {
        JsonNode manifest = Read(job, "manifest.json");
        Assert.Equal((Rows, 0), ((int)manifest["records_scored"]!, (int)manifest["records_failed"]!));
        await AssertVerifiedAsync(bench, job);
        using JobWorkbench undisturbed = await Churn.BenchAsync();
        undisturbed.Write("data/customers.csv", Churn.Customers(Rows));
        JobResult expected = await undisturbed.RunAsync(JobWorkbench.Request(undisturbed.Write("churn.yaml", PipelineFor("csv", byPosition))));
        string key = byPosition ? "record::VARCHAR" : "user_id::VARCHAR";
        string sql = $"select {key}, score, prediction, band, region from {{0}} order by 1";
        Assert.Equal(
            JobWorkbench.Query(expected, sql, r => (r.GetString(0), Convert.ToSingle(r.GetValue(1), CultureInfo.InvariantCulture), r.GetValue(2).ToString(), r.GetString(3), r.GetString(4))),
            JobWorkbench.Query(job, sql, r => (r.GetString(0), Convert.ToSingle(r.GetValue(1), CultureInfo.InvariantCulture), r.GetValue(2).ToString(), r.GetString(3), r.GetString(4))));
    }

    private static async Task AssertVerifiedAsync(JobWorkbench bench, JobResult job)
    {
        VerificationReport report = await new JobVerifier(bench.Services()).VerifyAsync("job", job.RunFolder!, new VerificationOptions { All = true }, Stop);
        Assert.Empty(report.Checks.SelectMany(c => c.Problems));
        Assert.True(report.IsComplete);

        // The single file has the rows of all parts that the manifest lists, in its order.
        string parts = string.Join(", ", Read(job, "manifest.json")["predictions"]!.AsArray().Select(p => $"'{job.RunFolder}/predictions/{(string)p!["name"]!}'"));
        string[] Rows(string files) => [.. DuckDb.Query($"SELECT * FROM read_parquet({files})", r => $"{r.GetValue(0)} {r.GetValue(1)}")];
        Assert.Equal(Rows($"[{parts}]"), Rows($"'{job.RunFolder}/predictions.parquet'"));
    }

    private static IReadOnlyList<string> IdsOf(JobResult job) => JobWorkbench.Query(job, "select user_id::VARCHAR from {0}", r => r.GetString(0));

    private static Dictionary<string, byte[]> Parts(JobResult job) =>
        new[] { "predictions", "rejects" }.SelectMany(f => Directory.GetFiles($"{job.RunFolder}/{f}")).ToDictionary(f => f, File.ReadAllBytes);

    private static JsonNode Read(JobResult job, string document) => JsonNode.Parse(File.ReadAllText($"{job.RunFolder}/{document}"))!;

    /// <summary>The rejects that the manifest lists.</summary>
    private static IEnumerable<string> Lines(JobResult job) =>
        Read(job, "manifest.json")["rejects"]!.AsArray().SelectMany(p => File.ReadAllLines($"{job.RunFolder}/rejects/{(string)p!["name"]!}"));
}
