using System.Text.Json.Nodes;
using BatchFunctions.Lineage;
using BatchFunctions.Models;
using BatchFunctions.Reprocessing;
using BatchFunctions.Storage;
using BatchFunctions.Tables;
using BatchFunctions.TestSupport;
using BatchFunctions.Verification;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>A job keeps the version that it was pinned to, whatever people decide meanwhile.</summary>
public sealed class ApprovedModelTests(AzuriteFixture azurite)
{
    private const int Rows = 4_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_approved_version_changes_while_a_job_runs_and_its_metadata_and_every_part_show_one_version(bool inBlobs)
    {
        using JobWorkbench calm = await BenchAsync(false);
        JobResult undisturbed = await calm.RunAsync(Request(calm, "job"));
        using JobWorkbench bench = await BenchAsync(inBlobs);
        bool isSwapped = false;

        JobResult result = await bench.RunAsync(Request(bench, "job"), progress =>
        {
            if (progress.ShardsDone < 2 || isSwapped)
                return;
            isSwapped = true;
            Swap(bench);
        });

        Assert.True(isSwapped);
        Assert.Equal((JobStatus.Succeeded, null), (result.Status, result.Error));
        JsonNode metadata = JsonNode.Parse(await File.ReadAllBytesAsync(result.RunFolder + "/metadata.json", Stop))!;
        Assert.Equal(("churn@approved", "1.0.0", "approved"), ((string?)metadata["model_requested"], (string?)metadata["model_version"], (string?)metadata["model_stage"]));
        Assert.Equal(("ann", "better on the holdout"), ((string?)metadata["model_approval"]!["by"], (string?)metadata["model_approval"]!["reason"]));
        Assert.Equal(JobWorkbench.Hashes(undisturbed), JobWorkbench.Hashes(result));
        TableState table = await new TableCatalog(new StoreLocation(new LocalObjectStore(bench.Root), "tables"), TimeProvider.System, NullLoggerFactory.Instance).Find(TableName.Parse("ml.churn")).ReadAsync(null, Stop);
        Assert.Equal((JobWorkbench.Hashes(result).Count, Rows), (table.Files.Count, (int)table.Files.Sum(f => f.Rows)!.Value));
        Assert.All(table.Files, f => Assert.Equal("1.0.0", f.Partition["model_version"]));
        Assert.True((await new JobVerifier(bench.Services()).VerifyAsync("job", result.RunFolder!, new VerificationOptions { All = true }, Stop)).IsVerified);

        JobResult next = await bench.RunAsync(Request(bench, "next"));
        Assert.Equal("2.0.0", (string?)JsonNode.Parse(await File.ReadAllBytesAsync(next.RunFolder + "/metadata.json", Stop))!["model_version"]);
        Assert.Empty(JobWorkbench.Hashes(next).Intersect(JobWorkbench.Hashes(result)));
    }

    [Fact]
    public async Task A_job_that_is_retried_ends_with_the_version_that_was_retired_meanwhile_and_a_new_one_is_refused()
    {
        using JobWorkbench calm = await BenchAsync(false);
        JobResult undisturbed = await calm.RunAsync(Request(calm, "job"));
        using JobWorkbench bench = await BenchAsync(false);
        await using (var runtime = new JobRuntime(bench.Services() with { MaxCommitting = 1 }))
        await using (EmbeddedEngine engine = await OpenAsync(bench, runtime))
        {
            Task<JobChange>? cancelling = null;
            engine.ProgressChanged += (_, progress) =>
            {
                if (progress.ShardsDone >= 2)
                    cancelling ??= engine.CancelAsync("job", Stop);
            };
            Assert.Equal(JobStatus.Cancelled, (await engine.RunAsync(Request(bench, "job"), Stop)).Status);
        }

        Swap(bench);
        JobResult result;
        await using (var runtime = new JobRuntime(bench.Services()))
        await using (EmbeddedEngine engine = await OpenAsync(bench, runtime))
        {
            Assert.Equal(JobChange.Accepted, await engine.RetryAsync("job", Stop));
            result = await engine.ResumeAsync("job", Stop);
        }

        Assert.Equal((JobStatus.Succeeded, null), (result.Status, result.Error));
        Assert.Equal(JobWorkbench.Hashes(undisturbed), JobWorkbench.Hashes(result));
        JobResult refused = await bench.RunAsync(Request(bench, "new") with { Model = "churn@1.0.0" });
        Assert.Equal((JobStatus.Failed, ErrorKind.Request, null), (refused.Status, refused.ErrorKind, refused.RunFolder));
        Assert.StartsWith("churn@1.0.0 was retired by bob", refused.Error, StringComparison.Ordinal);
        Assert.EndsWith("Write churn@approved, which is 2.0.0 now.", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rejects_are_scored_again_by_the_jobs_own_version_though_it_is_retired()
    {
        using JobWorkbench bench = await BenchAsync(false);
        bench.Write("data/customers.csv", Churn.Customers(Rows, row => row == 11 ? "12,200,50000.5,600,3,10,20.5,0,true,north,toys" : null));
        JobResult job = await bench.RunAsync(Request(bench, "job"));
        Assert.Equal(1, job.RecordsFailed);
        Swap(bench);
        string relaxed = bench.Write("relaxed.yaml", Pipeline().Replace("max: 130", "max: 1000", StringComparison.Ordinal));

        await using var runtime = new JobRuntime(bench.Services());
        await using EmbeddedEngine engine = await OpenAsync(bench, runtime);
        JobRequest request = await new ReprocessDraft(bench.Services(), engine).MakeAsync((await engine.FindAsync("job", Stop))!, new ReprocessWish { Pipeline = relaxed }, "cli", Stop);
        JobResult added = await engine.RunAsync(request, Stop);

        Assert.Equal((JobStatus.Succeeded, null, 1), (added.Status, added.Error, added.RecordsScored));
        JobLineage[] uses = [.. await new LineageReader(bench.Services(), engine).ListAsync(new("churn", "1.0.0"), Stop)];
        Assert.Equal(["job-reprocess-1", "job"], uses.Select(u => u.Use.JobId));
        Assert.Equal(["job", null], uses.Select(u => u.Use.ParentJobId));
        Assert.Equal(["job-reprocess-1"], uses[1].Reprocesses);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_versions_jobs_are_known_without_the_engine_and_after_the_work_files_are_gone(bool inBlobs)
    {
        using JobWorkbench bench = await BenchAsync(inBlobs);
        JobResult first = await bench.RunAsync(Request(bench, "first"));
        JobResult failed = await bench.RunAsync(Request(bench, "failed") with { Input = bench.Write("bad.csv", "user_id\n1\n") });
        Swap(bench);
        JobResult second = await bench.RunAsync(Request(bench, "second"));
        Assert.Equal((JobStatus.Succeeded, JobStatus.Failed, JobStatus.Succeeded), (first.Status, failed.Status, second.Status));
        await new JobFiles(bench.Services()).DeleteAsync(RecordOf(first), Stop);

        var reader = new LineageReader(bench.Services(), null);
        JobLineage use = Assert.Single(await reader.ListAsync(new("churn", "1.0.0"), Stop));
        Assert.Equal(("first", JobStatus.Succeeded, (long)Rows, "churn@approved"), (use.Use.JobId, use.Status, use.RecordsTotal, use.Use.ModelRequested));
        Assert.Equal(("ann", first.RunFolder, 1), (use.Use.ModelApproval!.By, use.Use.RunFolder, use.Use.SnapshotFiles));
        Assert.Equal("second", Assert.Single(await reader.ListAsync(new("churn", "2.0.0"), Stop)).Use.JobId);
        Assert.Equal(use.Use, (await reader.FindAsync("first", Stop))!.Use);
        Assert.Null(await reader.FindAsync("failed", Stop));
        Directory.Delete(first.RunFolder!, recursive: true);
        Assert.Equal((null, null), ((await reader.FindAsync("first", Stop))!.Status, (await reader.FindAsync("first", Stop))!.RecordsTotal));
    }

    private static string Pipeline() => Churn.Pipeline("shards: { target_rows: 500, max_parallel: 1 }")
        .Replace("churn@1.0.0", "churn@approved", StringComparison.Ordinal)
        .Replace("include: [region]", "include: [region], table: { name: ml.churn, partition_by: [model_version] }", StringComparison.Ordinal);

    private static JobRequest Request(JobWorkbench bench, string jobId) => JobWorkbench.Request(bench.Root + "/churn.yaml", jobId);

    private static JobRecord RecordOf(JobResult result) =>
        new(result.JobId, result.Status, new JobRequest { JobId = result.JobId, Pipeline = "", RequestedAt = default }, null, result, default, default, null);

    private static Task<EmbeddedEngine> OpenAsync(JobWorkbench bench, JobRuntime runtime) => EmbeddedEngine.OpenAsync(
        new EmbeddedEngineOptions { JournalPath = bench.Journal }, runtime.Catalog, TimeProvider.System, NullLoggerFactory.Instance, Stop);

    private static ModelRegistry Registry(JobWorkbench bench) => new(bench.Services().Stores.Resolve(bench.ModelsAddress, bench.Root));

    // Progress is told by the thread that scores, so that the job stands still meanwhile.
    private static void Swap(JobWorkbench bench) => Task.Run(
        async () =>
        {
            ModelRegistry registry = Registry(bench);
            await registry.ChangeStageAsync(new("churn", "2.0.0"), ModelStage.Approved, "bob", null, Stop);
            await registry.ChangeStageAsync(new("churn", "1.0.0"), ModelStage.Retired, "bob", "2.0.0 is better", Stop);
        },
        Stop).GetAwaiter().GetResult();

    private async Task<JobWorkbench> BenchAsync(bool inBlobs)
    {
        StoreOptions? stores = null;
        string? address = null;
        if (inBlobs)
        {
            stores = new StoreOptions { AzureConnectionString = await azurite.GetConnectionStringAsync() };
            address = $"azure://{(await azurite.CreateContainerAsync(Stop)).Name}";
        }

        JobWorkbench bench = await Churn.BenchAsync(stores, address);
        StoreLocation files = bench.Services().Stores.Resolve(bench.ModelsAddress, bench.Root).Below("churn/1.0.0");
        byte[] model = (await files.Store.FindBytesAsync(files.Key("model.onnx"), Stop))!;
        string manifest = System.Text.Encoding.UTF8.GetString((await files.Store.FindBytesAsync(files.Key("manifest.yaml"), Stop))!);
        await bench.RegisterAsync(
            "churn",
            "2.0.0",
            model,
            manifest[..manifest.IndexOf("examples:", StringComparison.Ordinal)].Replace("1.0.0", "2.0.0", StringComparison.Ordinal) + "calibration: { platt: { a: -2, b: 0.5 } }\n");
        await Registry(bench).ChangeStageAsync(new("churn", "1.0.0"), ModelStage.Approved, "ann", "better on the holdout", Stop);
        bench.Write("data/customers.csv", Churn.Customers(Rows));
        bench.Write("churn.yaml", Pipeline());
        return bench;
    }
}
