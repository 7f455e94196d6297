using System.Text.Json.Nodes;
using BatchFunctions.Local.Tests.Fakes;
using BatchFunctions.Reprocessing;
using BatchFunctions.Retention;
using BatchFunctions.Storage;
using BatchFunctions.Tables;
using BatchFunctions.TestSupport;
using BatchFunctions.Verification;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>What jobs have left is removed or archived as the pipeline says, and whatever must stay stays.</summary>
public sealed class RetentionTests(AzuriteFixture azurite)
{
    private const int Rows = 600;
    private const string Policy = "retention: { runs: 30d, work: 7d }";
    private const string Table = "output: { path: scored, table: { name: ml.churn, mode: overwrite } }";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Old_runs_go_with_their_work_files_and_the_last_success_stays_and_can_be_verified(bool inBlobs)
    {
        using JobWorkbench bench = await BenchAsync(inBlobs, Policy);
        foreach (string id in (string[])["one", "two", "three"])
            Assert.Equal(JobStatus.Succeeded, (await bench.RunAsync(Request(bench, id))).Status);
        JobResult failed = await bench.RunAsync(Request(bench, "failed") with { Input = Input(bench, "gone/*.csv") });
        Assert.Equal(JobStatus.Failed, failed.Status);

        RetentionPlan early = await PlanAsync(bench, days: 1);
        Assert.Empty(early.Due);
        Assert.Equal(6, early.Items.Count);
        RetentionPlan week = await PlanAsync(bench, days: 10);
        Assert.Equal(["work one", "work three", "work two"], week.Due.Select(i => $"{i.Kind} {i.JobId}").Order());
        RetentionPlan plan = await CleanAsync(bench, days: 40);

        Assert.Equal(["run one", "run two", "work three"], plan.Due.Select(i => $"{i.Kind} {i.JobId}").Order());
        Assert.Equal("it is the last successful run", plan.Items.Single(i => i is { Kind: "run", JobId: "three" }).Reason);
        Assert.Empty((await PlanAsync(bench, days: 40)).Due);
        JobServices services = bench.Services();
        Assert.Empty(await KeysAsync(services, bench.WorkAddress, key => !key.StartsWith("_models/", StringComparison.Ordinal)));
        string[] left = await KeysAsync(services, plan.Folder, _ => true);
        Assert.DoesNotContain(left, k => k.Contains("/one/", StringComparison.Ordinal) && !k.StartsWith("_audit/", StringComparison.Ordinal));
        VerificationReport report = await new JobVerifier(services).VerifyAsync("three", plan.Items.Single(i => i is { Kind: "run", JobId: "three" }).Address, new VerificationOptions { All = true }, Stop);
        Assert.Empty(report.Checks.SelectMany(c => c.Problems));

        AuditEntry[] audit = [.. await new AuditLogView(services, plan.Folder).ReadAsync()];
        Assert.Equal(
            ["one removing_run ada", "one removed_run ada", "three removed_work ada", "two removing_run ada", "two removed_run ada"],
            audit.Select(e => $"{e.JobId} {System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(e.Action.ToString())} {e.By}"));
        Assert.All(audit, e => Assert.StartsWith("the retention of pipeline churn: it", e.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_a_table_refers_to_stays_until_its_rows_are_replaced_and_vacuumed()
    {
        using JobWorkbench bench = await BenchAsync(false, "retention: { runs: 30d }", Table);
        await bench.RunAsync(Request(bench, "one"));
        await bench.RunAsync(Request(bench, "two"));
        await bench.RunAsync(Request(bench, "three") with { Pipeline = bench.Write("plain.yaml", Pipeline(bench.Root, "retention: { runs: 30d }", "output: { path: scored }")) });

        Assert.All((await PlanAsync(bench, days: 40)).Items.Where(i => i.JobId is "one" or "two"), i => Assert.Equal(("keep", "the table ml.churn refers to it"), (i.Action, i.Reason)));
        BatchFunctionsException refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => ArchiveAsync(bench.Services(), bench, "two", keepOriginal: false));
        Assert.Contains("the table ml.churn refers to it", refusal.Message, StringComparison.Ordinal);
        Assert.NotEmpty((await ArchiveAsync(bench.Services(), bench, "two", keepOriginal: true)).Files);

        await new Table(new StoreLocation(new LocalObjectStore($"{bench.Root}/tables"), "ml/churn"), At(40), NullLoggerFactory.Instance).VacuumAsync(TimeSpan.FromDays(7), remove: true, Stop);
        Assert.Equal(["one"], (await PlanAsync(bench, days: 40)).Due.Select(i => i.JobId));
    }

    [Fact]
    public async Task What_is_at_work_is_left_alone()
    {
        using JobWorkbench bench = await BenchAsync(false, Policy);
        bench.Write("data/customers.csv", Churn.Customers(Rows, row => row == 11 ? "12,200,50000.5,600,3,10,20.5,0,true,north,toys" : null));
        await bench.RunAsync(Request(bench, "one"));
        await bench.RunAsync(Request(bench, "two"));
        await using EmbeddedEngine engine = await OpenAsync(bench);
        string relaxed = bench.Write("relaxed.yaml", Pipeline(bench.Root, Policy).Replace("max: 130", "max: 1000", StringComparison.Ordinal));
        await engine.StartAsync(await new ReprocessDraft(bench.Services(), engine).MakeAsync((await engine.FindAsync("one", Stop))!, new ReprocessWish { Pipeline = relaxed }, "cli", Stop), Stop);

        RetentionPlan plan = await new PipelineRetention(Services(bench, 40), engine).PlanAsync(bench.Root + "/churn.yaml", Stop);

        Assert.Equal("job one-reprocess-1 is at work on it", plan.Items.Single(i => i is { Kind: "run", JobId: "one" }).Reason);
        Assert.Equal("keep", plan.Items.Single(i => i is { Kind: "work", JobId: "one" }).Action);
        BatchFunctionsException refusal = await Assert.ThrowsAsync<BatchFunctionsException>(
            () => new RunArchive(bench.Services(), engine).ArchiveAsync(RunOf(bench, "one"), bench.Root + "/archive", "ada", "old", false, Stop));
        Assert.Contains("job one-reprocess-1 is at work on it", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_is_moved_whole_and_can_be_verified_where_it_is(bool inBlobs)
    {
        using JobWorkbench bench = await BenchAsync(inBlobs, Policy);
        JobResult job = await bench.RunAsync(Request(bench, "one"));
        string[] before = await KeysAsync(bench.Services(), job.RunFolder!, _ => true);

        string archive = inBlobs ? bench.WorkAddress.Replace("/work", "/archive", StringComparison.Ordinal) : bench.Root + "/archive";
        ArchiveRecord record = await new RunArchive(bench.Services(), null).ArchiveAsync(job.RunFolder!, archive, "ada", "old", false, Stop);

        Assert.Equal(["_ARCHIVED"], (await KeysAsync(bench.Services(), job.RunFolder!, _ => true)));
        Assert.Subset(record.Files.Select(f => f.Name).ToHashSet(), before.ToHashSet());
        Assert.Equal(record.To, await new RunArchive(bench.Services(), null).FollowAsync(job.RunFolder!, Stop));
        VerificationReport report = await new JobVerifier(bench.Services()).VerifyAsync("one", record.To, new VerificationOptions { All = true }, Stop);
        Assert.Empty(report.Checks.SelectMany(c => c.Problems));

        // Again, it is told; elsewhere, it is refused.
        Assert.Equal(record.At, (await new RunArchive(bench.Services(), null).ArchiveAsync(job.RunFolder!, archive, "bob", "old", false, Stop)).At);
        await Assert.ThrowsAsync<BatchFunctionsException>(() => new RunArchive(bench.Services(), null).ArchiveAsync(job.RunFolder!, bench.Root + "/elsewhere", "ada", "old", false, Stop));
    }

    [Fact]
    public async Task A_damaged_run_is_not_archived_and_a_damaged_copy_is_found()
    {
        using JobWorkbench bench = await BenchAsync(false, Policy);
        JobResult job = await bench.RunAsync(Request(bench, "one"));
        string part = Directory.GetFiles(job.RunFolder + "/predictions").First();
        byte[] content = await File.ReadAllBytesAsync(part, Stop);
        await File.WriteAllBytesAsync(part, [.. content[..^1], (byte)(content[^1] ^ 1)], Stop);

        BatchFunctionsException refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => ArchiveAsync(bench.Services(), bench, "one", keepOriginal: false));
        Assert.Equal(ErrorKind.Integrity, refusal.Kind);
        Assert.Contains($"{part} is not what the manifest says", refusal.Message, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(part, content, Stop);
        string copy = bench.Write($"archive/churn/2026-02-08/one/predictions/{Path.GetFileName(part)}", "another file");
        refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => ArchiveAsync(bench.Services(), bench, "one", keepOriginal: false));
        Assert.Equal(ErrorKind.Integrity, refusal.Kind);
        Assert.Contains($"{copy} is not a copy", refusal.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(job.RunFolder + "/_SUCCESS"));

        File.Delete(copy);
        ArchiveRecord record = await ArchiveAsync(bench.Services(), bench, "one", keepOriginal: false);
        await File.AppendAllTextAsync(copy, "x", Stop);
        VerificationReport report = await new JobVerifier(bench.Services()).VerifyAsync("one", record.To, new VerificationOptions(), Stop);
        Assert.Contains(report.Checks.SelectMany(c => c.Problems), p => p.File == copy);
    }

    [Theory]
    [InlineData("retention: { runs: 30d, work: 7d }")]
    [InlineData("retention: { runs: 30d, work: 7d, archive: archive }")]
    public async Task A_process_that_dies_after_any_change_is_continued_and_all_ends_as_if_nothing_had_happened(string policy)
    {
        using JobWorkbench template = await BenchAsync(false, policy);
        await template.RunAsync(Request(template, "one"));
        await template.RunAsync(Request(template, "two"));
        string[]? expected = null;
        for (int changes = 400, deaths = 0; ; changes = deaths++)
        {
            using var copy = new TemporaryFolder();
            CopyFolder(template.Root, copy.Path);
            Rewrite(copy.Path, template.Root);
            var dying = new DyingStores(new StoreResolver(), changes);
            try
            {
                await CleanAsync(ServicesOf(copy.Path, dying), copy.Path);
            }
            catch (Exception death) when (dying.IsDead && Innermost(death) is DyingStores.DeathException)
            {
            }

            if (expected is not null && !dying.IsDead)
                break;
            if (dying.IsDead)
                await CleanAsync(ServicesOf(copy.Path, new StoreResolver()), copy.Path);
            string[] left = [.. Directory.EnumerateFiles(copy.Path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(copy.Path, f)).Where(f => !f.Contains("journal", StringComparison.Ordinal) && !f.Contains("_audit", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
            expected ??= left;
            Assert.Equal(expected, left);
            Assert.True((await new JobVerifier(ServicesOf(copy.Path, new StoreResolver())).VerifyAsync("two", $"{copy.Path}/scored/churn/2026-02-08/two", new VerificationOptions(), Stop)).IsVerified);
            if (policy.Contains("archive", StringComparison.Ordinal))
                Assert.Empty((await new JobVerifier(ServicesOf(copy.Path, new StoreResolver())).VerifyAsync("one", $"{copy.Path}/archive/churn/2026-02-08/one", new VerificationOptions(), Stop)).Checks.SelectMany(c => c.Problems));
            Assert.Empty((await new PipelineRetention(ServicesOf(copy.Path, new StoreResolver()), null).PlanAsync(copy.Path + "/churn.yaml", Stop)).Due);
            Assert.InRange(deaths, 0, 200);
        }
    }

    [Fact]
    public async Task A_damaged_run_is_left_and_told_and_the_others_are_archived()
    {
        using JobWorkbench bench = await BenchAsync(false, "retention: { runs: 30d, archive: archive }");
        foreach (string id in (string[])["one", "two", "three"])
            await bench.RunAsync(Request(bench, id));
        string part = Directory.GetFiles(RunOf(bench, "one") + "/predictions").First();
        await File.AppendAllTextAsync(part, "x", Stop);

        var retention = new PipelineRetention(Services(bench, 40), null);
        RetentionItem left = Assert.Single(await retention.ApplyAsync(await retention.PlanAsync(bench.Root + "/churn.yaml", Stop), "ada", null, Stop));

        Assert.Equal(("failed", "one"), (left.Action, left.JobId));
        Assert.Contains(part, left.Reason, StringComparison.Ordinal);
        Assert.True(File.Exists(RunOf(bench, "one") + "/_SUCCESS"));
        Assert.True(File.Exists(RunOf(bench, "two") + "/_ARCHIVED"));
        Assert.True(File.Exists(bench.Root + "/archive/churn/2026-02-08/two/archive.json"));
    }

    [Fact]
    public async Task A_failed_job_whose_work_files_are_removed_is_forgotten_and_can_be_retried_no_more()
    {
        using JobWorkbench bench = await BenchAsync(false, Policy + "\npolicy: { max_failed_records: 0, on_breach: fail }");
        bench.Write("data/customers.csv", Churn.Customers(Rows, row => row == 11 ? "12,200,50000.5,600,3,10,20.5,0,true,north,toys" : null));
        JobResult failed = await bench.RunAsync(Request(bench, "bad"));
        Assert.Equal(JobStatus.Failed, failed.Status);
        await using EmbeddedEngine engine = await OpenAsync(bench);

        Assert.Equal("its job could be retried", (await new PipelineRetention(Services(bench, 10), null).PlanAsync(bench.Root + "/churn.yaml", Stop)).Items.Single(i => i.Kind == "work").Reason);
        var retention = new PipelineRetention(Services(bench, 10), engine);
        Assert.Empty(await retention.ApplyAsync(await retention.PlanAsync(bench.Root + "/churn.yaml", Stop), "ada", null, Stop));

        Assert.Equal(JobChange.NoSuchJob, await engine.RetryAsync("bad", Stop));
        Assert.False(Directory.Exists(bench.WorkAddress + "/bad"));
        Assert.False(Directory.Exists(failed.RunFolder + "/_staging"));
        Assert.True(File.Exists(failed.RunFolder + "/report.txt"));
    }

    [Fact]
    public async Task Lists_of_arrived_files_go_with_the_work_files_of_their_jobs()
    {
        using JobWorkbench bench = await BenchAsync(false, Policy);
        await bench.RunAsync(Request(bench, "one"));
        bench.Write("work/_triggers/arrivals/churn/lists/one.json", "{}");
        bench.Write("work/_triggers/arrivals/churn/lists/later.json", "{}");

        RetentionPlan plan = await CleanAsync(bench, days: 10);

        Assert.Equal(["arrivals one", "work one"], plan.Due.Select(i => $"{i.Kind} {i.JobId}").Order());
        Assert.Equal(["later.json"], Directory.EnumerateFiles(bench.WorkAddress + "/_triggers/arrivals/churn/lists").Select(f => Path.GetFileName(f)));
    }

    [Fact]
    public async Task Without_a_policy_everything_is_kept()
    {
        using JobWorkbench bench = await BenchAsync(false, "");

        BatchFunctionsException refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => PlanAsync(bench, days: 40));

        Assert.Contains("has no retention, so that everything is kept", refusal.Message, StringComparison.Ordinal);
    }

    private static string Pipeline(string root, string more, string output = "output: { path: scored }") => Churn.Pipeline($"shards: {{ target_rows: 300, max_parallel: 1 }}\n{more}", "data/customers.csv")
        .Replace("output: { path: scored, include: [region] }", output, StringComparison.Ordinal);

    private static string Input(JobWorkbench bench, string path) => $"{bench.Root}/{path}";

    private static JobRequest Request(JobWorkbench bench, string jobId) => JobWorkbench.Request(bench.Root + "/churn.yaml", jobId);

    private static string RunOf(JobWorkbench bench, string jobId) => $"{bench.Root}/scored/churn/2026-02-08/{jobId}";

    private static FakeTimeProvider At(int days) => new(TimeProvider.System.GetUtcNow().AddDays(days));

    private static JobServices Services(JobWorkbench bench, int days) => bench.Services() with { Time = At(days) };

    private static JobServices ServicesOf(string root, IStoreResolver stores) => new()
    {
        Stores = stores,
        ModelsFolder = root + "/models",
        WorkFolder = root + "/work",
        BaseFolder = root,
        Time = At(40),
        Loggers = NullLoggerFactory.Instance,
    };

    private static Task<EmbeddedEngine> OpenAsync(JobWorkbench bench) => EmbeddedEngine.OpenAsync(
        new EmbeddedEngineOptions { JournalPath = bench.Journal }, new WorkflowCatalog(new ActivityCatalog()), TimeProvider.System, NullLoggerFactory.Instance, Stop);

    private static Task<RetentionPlan> PlanAsync(JobWorkbench bench, int days) => new PipelineRetention(Services(bench, days), null).PlanAsync(bench.Root + "/churn.yaml", Stop);

    private static async Task<RetentionPlan> CleanAsync(JobWorkbench bench, int days)
    {
        var retention = new PipelineRetention(Services(bench, days), null);
        RetentionPlan plan = await retention.PlanAsync(bench.Root + "/churn.yaml", Stop);
        Assert.Empty(await retention.ApplyAsync(plan, "ada", null, Stop));
        return plan;
    }

    private static async Task CleanAsync(JobServices services, string root)
    {
        var retention = new PipelineRetention(services, null);
        await retention.ApplyAsync(await retention.PlanAsync(root + "/churn.yaml", Stop), "ada", null, Stop);
    }

    private static Task<ArchiveRecord> ArchiveAsync(JobServices services, JobWorkbench bench, string jobId, bool keepOriginal) =>
        new RunArchive(services, null).ArchiveAsync(RunOf(bench, jobId), bench.Root + "/archive", "ada", "old", keepOriginal, Stop);

    private static async Task<string[]> KeysAsync(JobServices services, string folder, Func<string, bool> isMeant)
    {
        StoreLocation location = services.Stores.Resolve(folder, services.BaseFolder);
        List<string> keys = [];
        await foreach (ObjectProperties found in location.Store.ListAsync(location.Path + "/", Stop))
            if (isMeant(found.Key[(location.Path.Length + 1)..]))
                keys.Add(found.Key[(location.Path.Length + 1)..]);
        return [.. keys];
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
            File.SetLastWriteTimeUtc(target, File.GetLastWriteTimeUtc(file));
        }
    }

    // What was pinned has the addresses of the folder that was copied.
    private static void Rewrite(string folder, string from)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "job.json", SearchOption.AllDirectories))
            File.WriteAllText(file, File.ReadAllText(file).Replace(from, folder, StringComparison.Ordinal));
    }

    private static Exception Innermost(Exception exception) => exception is AggregateException { InnerException: { } inner } ? Innermost(inner) : exception;

    private async Task<JobWorkbench> BenchAsync(bool inBlobs, string more, string output = "output: { path: scored }")
    {
        StoreOptions? stores = null;
        string? address = null;
        if (inBlobs)
        {
            stores = new StoreOptions { AzureConnectionString = await azurite.GetConnectionStringAsync() };
            address = $"azure://{(await azurite.CreateContainerAsync(Stop)).Name}";
            output = output.Replace("path: scored", $"path: {address}/scored", StringComparison.Ordinal);
        }

        JobWorkbench bench = await Churn.BenchAsync(stores, address);
        bench.Write("data/customers.csv", Churn.Customers(Rows));
        bench.Write("churn.yaml", Pipeline(bench.Root, more, output));
        return bench;
    }

    private sealed class AuditLogView(JobServices services, string folder)
    {
        public async Task<IEnumerable<AuditEntry>> ReadAsync()
        {
            StoreLocation audit = services.Stores.Resolve(folder, services.BaseFolder).Below("_audit");
            List<AuditEntry> entries = [];
            await foreach (ObjectProperties found in audit.Store.ListAsync(audit.Path + "/", Stop))
                entries.Add(Read(JsonNode.Parse((await audit.Store.FindBytesAsync(found.Key, Stop))!)!));
            return entries;
        }

        private static AuditEntry Read(JsonNode json) => new()
        {
            Number = (int)json["number"]!,
            JobId = (string)json["job_id"]!,
            Action = Enum.Parse<AuditAction>(((string)json["action"]!).Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
            At = (DateTimeOffset)json["at"]!,
            By = (string)json["by"]!,
            Reason = (string)json["reason"]!,
            Address = (string)json["address"]!,
            Files = (int)json["files"]!,
            Bytes = (long)json["bytes"]!,
        };
    }
}
