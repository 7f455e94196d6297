using System.Globalization;
using System.Text.Json.Nodes;
using BatchFunctions.Incremental;
using BatchFunctions.Local.Tests.Fakes;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;
using BatchFunctions.Verification;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>A pipeline with <c>source.since</c> scores every record once, whatever happens to its jobs.</summary>
public sealed class IncrementalJobTests
{
    private const int Days = 10;
    private const int FailingDay = 4;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(IncrementalSource.Dated, "retry")]
    [InlineData(IncrementalSource.Dated, "new job")]
    [InlineData(IncrementalSource.Dated, "next day")]
    [InlineData(IncrementalSource.Plain, "retry")]
    [InlineData(IncrementalSource.Plain, "new job")]
    [InlineData(IncrementalSource.Plain, "next day")]
    [InlineData(IncrementalSource.Table, "retry")]
    [InlineData(IncrementalSource.Table, "new job")]
    [InlineData(IncrementalSource.Table, "next day")]
    public async Task Ten_days_one_of_them_failed_and_run_again_score_every_record_once(string path, string again)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        var source = IncrementalSource.Create(bench, path, Days);
        List<JobResult> jobs = [];
        for (int day = 1; day <= Days; day++)
        {
            source.Arrive(day);
            JobResult job = await RunAsync(bench, source.Request(day), day == FailingDay ? source.FileOf(day) : null);
            jobs.Add(job);
            if (day != FailingDay)
                continue;
            Assert.Equal(JobStatus.Failed, job.Status);
            if (again == "retry")
                jobs.Add(await RetryAsync(bench, source.Request(day)));
            else if (again == "new job")
                jobs.Add(await bench.RunAsync(source.Request(day, "day-4-again")));
        }

        JobResult[] succeeded = [.. jobs.Where(j => j.Status == JobStatus.Succeeded)];
        Assert.Equal(again == "next day" ? Days - 1 : Days, succeeded.Length);
        Assert.Equal(Enumerable.Range(1, Days).SelectMany(IncrementalSource.IdsOf), succeeded.SelectMany(Ids).Order());
        Assert.All(succeeded, job => Assert.Equal(again == "next day" && job.JobId == "day-5" ? 2 * IncrementalSource.RowsADay : IncrementalSource.RowsADay, job.RecordsScored));
        await AssertVerifiedAsync(bench, succeeded[^1]);
    }

    [Theory]
    [InlineData(IncrementalSource.Dated)]
    [InlineData(IncrementalSource.Plain)]
    [InlineData(IncrementalSource.Table)]
    public async Task A_job_with_nothing_new_succeeds_with_no_records_and_wakes_nobody(string path)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        var source = IncrementalSource.Create(
            bench, path, 2, "policy: { min_success_rate: 0.9, on_breach: fail }\nmonitoring: { drift: { psi: 1000 }, score: { psi: 1000 }, volume: { min_ratio: 0.9 } }", "output: { path: scored, include: [region], table: { name: ml.churn, path: tables } }");
        source.Arrive(1);
        JobResult first = await bench.RunAsync(source.Request(1));

        JobResult idle = await bench.RunAsync(source.Request(2));
        JobPreview preview = await new JobRuntime(bench.Services()).PreviewAsync(source.Request(2, "preview"), Stop);
        source.Arrive(2);
        JobResult second = await bench.RunAsync(source.Request(2, "later"));

        Assert.Equal((JobStatus.Succeeded, null, 0L, 0L), (idle.Status, idle.Error, idle.RecordsTotal, idle.RecordsFailed));
        Assert.Empty(idle.Warnings);
        Assert.True(File.Exists(idle.RunFolder + "/_SUCCESS"));
        Assert.Empty(Directory.Exists(idle.RunFolder + "/predictions") ? Directory.GetFiles(idle.RunFolder + "/predictions") : []);
        await AssertVerifiedAsync(bench, idle);
        Assert.Equal((0, 0L), (preview.Files, preview.Records));

        // The job before the last had no records; the volume is compared with the one before it.
        Assert.Equal((JobStatus.Succeeded, null), (second.Status, second.Error));
        Assert.Equal([IncrementalSource.RowsADay, IncrementalSource.RowsADay], new[] { first, second }.Select(j => j.RecordsScored));
    }

    [Theory]
    [InlineData(IncrementalSource.Plain, ", table: { name: ml.churn, path: tables }")]
    [InlineData(IncrementalSource.Table, ", table: { name: ml.churn, path: tables }")]
    public async Task A_job_that_dies_while_it_publishes_neither_loses_nor_doubles_a_record(string path, string table)
    {
        string output = $"output: {{ path: scored, include: [region]{table} }}";
        int changes = await CountChangesAsync(path, output);
        int claimed = 0, free = 0;
        for (int death = changes - 1; death >= changes - 22; death -= 7)
        {
            using JobWorkbench bench = await Churn.BenchAsync();
            var source = IncrementalSource.Create(bench, path, 2, output: output);
            source.Arrive(1);
            JobResult dead = await RunAsync(bench, source.Request(1), stores: new DyingStores(new StoreResolver(), death));
            source.Arrive(2);
            JobResult other = await bench.RunAsync(source.Request(2));
            List<JobResult> jobs = [dead, other];
            if (dead.Status != JobStatus.Succeeded)
                jobs.Add(await RetryAsync(bench, source.Request(1)));
            jobs.Add(await bench.RunAsync(source.Request(2, "last")));

            JobResult[] succeeded = [.. jobs.Where(j => j.Status == JobStatus.Succeeded)];
            Assert.Equal(IncrementalSource.IdsOf(1).Concat(IncrementalSource.IdsOf(2)), succeeded.SelectMany(Ids).Order());
            if (table.Length > 0)
                Assert.Equal(IncrementalSource.IdsOf(1).Concat(IncrementalSource.IdsOf(2)), await IdsInTableAsync(bench));
            if (other.RecordsScored > IncrementalSource.RowsADay)
                free++;
            else
                claimed++;
            Assert.Empty((await MarkAsync(bench)).Publishing);
        }

        // Deaths on both sides of the claim were tried.
        Assert.All([free, claimed], count => Assert.InRange(count, 1, 3));
    }

    [Theory]
    [InlineData(IncrementalSource.Plain, "day-2 has scored")]
    [InlineData(IncrementalSource.Table, "but the pipeline's mark stands at version 1, where day-2 left it")]
    public async Task Of_two_jobs_at_once_one_publishes_and_the_other_says_why_it_does_not(string path, string complaint)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        var source = IncrementalSource.Create(bench, path, 3);
        source.Arrive(1);
        await using (var runtime = new JobRuntime(bench.Services()))
            await runtime.Catalog.Activities.Get(JobActivities.Prepare).InvokeAsync(source.Request(1), Stop);
        source.Arrive(2);
        JobResult second = await bench.RunAsync(source.Request(2));

        JobResult first = await bench.RunAsync(source.Request(1));
        JobResult again = await RetryAsync(bench, source.Request(1));
        source.Arrive(3);
        JobResult third = await bench.RunAsync(source.Request(3));

        Assert.Equal(IncrementalSource.IdsOf(1).Concat(IncrementalSource.IdsOf(2)), Ids(second));
        Assert.All([first, again], job => Assert.Equal((JobStatus.Failed, ErrorKind.Request), (job.Status, job.ErrorKind)));
        Assert.All([first, again], job => Assert.Contains(complaint, job.Error, StringComparison.Ordinal));
        Assert.False(Directory.Exists(first.RunFolder + "/predictions") && Directory.GetFiles(first.RunFolder + "/predictions").Length > 0);
        Assert.Equal(IncrementalSource.IdsOf(3), Ids(third));
    }

    [Fact]
    public async Task A_file_that_comes_late_for_an_earlier_date_is_scored_and_one_for_a_later_date_waits()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        var source = IncrementalSource.Create(bench, IncrementalSource.Dated, 3);
        source.Arrive(2);
        source.Arrive(3);
        JobResult second = await bench.RunAsync(source.Request(2));
        source.Arrive(1);
        JobResult third = await bench.RunAsync(source.Request(3));

        // A look at an earlier date does not take later files for gone.
        JobResult earlier = await bench.RunAsync(source.Request(1));
        Assert.Equal((JobStatus.Succeeded, 0L), (earlier.Status, earlier.RecordsTotal));
        Assert.All((await MarkAsync(bench)).Files, f => Assert.Null(f.GoneSince));
        Assert.Equal(IncrementalSource.IdsOf(2), Ids(second));
        Assert.Equal(IncrementalSource.IdsOf(1).Concat(IncrementalSource.IdsOf(3)), Ids(third));
    }

    [Fact]
    public async Task A_file_that_was_changed_is_scored_again_as_a_whole_and_one_that_was_removed_is_not_missed()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        var source = IncrementalSource.Create(bench, IncrementalSource.Plain, 3);
        source.Arrive(1);
        source.Arrive(2);
        await bench.RunAsync(source.Request(2));
        await File.WriteAllLinesAsync(source.FileOf(1), (await File.ReadAllLinesAsync(source.FileOf(1), Stop)).Take(11), Stop);
        File.Delete(source.FileOf(2));

        JobResult changed = await bench.RunAsync(source.Request(3));

        Assert.Equal(IncrementalSource.IdsOf(1).Take(10), Ids(changed));
        JsonNode since = JsonNode.Parse(await File.ReadAllBytesAsync(changed.RunFolder + "/metadata.json", Stop))!["data_snapshot"]!["since"]!;
        Assert.Equal((0, 1), ((int)since["files_scored_before"]!, (int)since["files_changed"]!));
        Assert.NotNull((await MarkAsync(bench)).Files.Single(f => f.Address == source.FileOf(2)).GoneSince);
    }

    [Fact]
    public async Task Rows_that_are_laid_out_anew_are_not_new_and_those_that_came_before_are_scored_from_where_they_were()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        var source = IncrementalSource.Create(bench, IncrementalSource.Table, 4);
        source.Arrive(1);
        await bench.RunAsync(source.Request(1));
        source.Arrive(2);
        source.Compact(1, 2);
        JobResult second = await bench.RunAsync(source.Request(2));
        source.Arrive(3);
        source.Commit(IncrementalSource.Remove("3.parquet", dataChange: true));
        JobResult third = await bench.RunAsync(source.Request(3));

        Assert.Equal(IncrementalSource.IdsOf(2), Ids(second));
        Assert.Equal((JobStatus.Succeeded, 0L), (third.Status, third.RecordsTotal));
        Assert.Equal(4, (await MarkAsync(bench)).Table!.Version);
    }

    [Fact]
    public async Task Replaced_rows_are_refused_until_somebody_moves_the_mark()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        var source = IncrementalSource.Create(bench, IncrementalSource.Table, 4);
        source.Arrive(1);
        await bench.RunAsync(source.Request(1));
        source.Replace(1, by: 2);
        JobResult refused = await bench.RunAsync(source.Request(2));
        var marks = new PipelineMark(bench.Services());
        MarkView moved = await marks.MoveAsync(bench.Root + "/churn.yaml", MarkWish.Everything, "ada", "scored by hand", force: false, Stop);
        source.Arrive(3);
        JobResult third = await bench.RunAsync(source.Request(3));
        await marks.MoveAsync(bench.Root + "/churn.yaml", MarkWish.Reset, "ada", null, force: false, Stop);
        JobResult everything = await bench.RunAsync(source.Request(4));

        Assert.Equal((JobStatus.Failed, ErrorKind.Request), (refused.Status, refused.ErrorKind));
        Assert.Contains("Version 2 of the table", refused.Error, StringComparison.Ordinal);
        Assert.Contains("batchfn since set", refused.Error, StringComparison.Ordinal);
        Assert.Equal((2L, "ada", "scored by hand"), (moved.Table!.Version, moved.Moves[0].By, moved.Moves[0].Reason));
        Assert.Equal(IncrementalSource.IdsOf(3), Ids(third));
        Assert.Equal(IncrementalSource.IdsOf(2).Concat(IncrementalSource.IdsOf(3)), Ids(everything).Distinct());
    }

    [Fact]
    public async Task A_job_of_another_input_or_for_another_place_does_not_move_the_mark()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        var source = IncrementalSource.Create(bench, IncrementalSource.Plain, 2);
        source.Arrive(1);
        JobResult elsewhere = await bench.RunAsync(source.Request(1, "elsewhere") with { Output = bench.Root + "/trial" });
        JobResult byHand = await bench.RunAsync(source.Request(1, "by-hand") with { Input = bench.Root + "/data/*.csv" });
        JobResult job = await bench.RunAsync(source.Request(1));
        JobResult handAgain = await bench.RunAsync(source.Request(1, "by-hand-again") with { Input = bench.Root + "/data/*.csv" });

        Assert.All([elsewhere, byHand, job, handAgain], j => Assert.Equal(IncrementalSource.IdsOf(1), Ids(j)));
        Assert.Equal("day-1", Assert.Single((await MarkAsync(bench)).Moves).By);
    }

    [Fact]
    public async Task New_files_of_which_the_filter_leaves_nothing_are_scored_all_the_same()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        var source = IncrementalSource.Create(bench, IncrementalSource.Table, 2);
        bench.Write("churn.yaml", (await File.ReadAllTextAsync(bench.Root + "/churn.yaml", Stop)).Replace(
            "since: last_run }", $"since: last_run, filter: user_id > {IncrementalSource.RowsADay} }}", StringComparison.Ordinal));
        source.Arrive(1);
        JobResult nothing = await bench.RunAsync(source.Request(1));
        source.Arrive(2);
        JobResult second = await bench.RunAsync(source.Request(2));

        Assert.Equal((JobStatus.Succeeded, null, 0L), (nothing.Status, nothing.Error, nothing.RecordsTotal));
        JsonNode metadata = JsonNode.Parse(await File.ReadAllBytesAsync(nothing.RunFolder + "/metadata.json", Stop))!;
        Assert.Equal(IncrementalSource.RowsADay, (int)metadata["records_excluded"]!);
        await AssertVerifiedAsync(bench, nothing);
        Assert.Equal(IncrementalSource.IdsOf(2), Ids(second));
    }

    private static Task<MarkView> MarkAsync(JobWorkbench bench) => new PipelineMark(bench.Services()).ReadAsync(bench.Root + "/churn.yaml", Stop);

    private static async Task<int> CountChangesAsync(string path, string output)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        var source = IncrementalSource.Create(bench, path, 1, output: output);
        source.Arrive(1);
        var counting = new DyingStores(new StoreResolver(), int.MaxValue);
        Assert.Equal(JobStatus.Succeeded, (await RunAsync(bench, source.Request(1), stores: counting)).Status);
        return int.MaxValue - counting.Left;
    }

    // A file goes away when scoring begins, and comes back unchanged when the job has ended.
    private static async Task<JobResult> RunAsync(JobWorkbench bench, JobRequest request, string? missing = null, IStoreResolver? stores = null)
    {
        JobServices services = bench.Services();
        await using var runtime = new JobRuntime(services with { Stores = stores ?? services.Stores });
        await using EmbeddedEngine engine = await OpenAsync(bench, runtime);
        string away = bench.Root + "/away";
        engine.ProgressChanged += (_, progress) =>
        {
            if (missing is not null && progress.Step == "Score" && File.Exists(missing))
                File.Move(missing, away);
        };
        JobResult result = await engine.RunAsync(request, Stop);
        if (File.Exists(away))
            File.Move(away, missing!);
        return result;
    }

    private static async Task<JobResult> RetryAsync(JobWorkbench bench, JobRequest request)
    {
        await using var runtime = new JobRuntime(bench.Services());
        await using EmbeddedEngine engine = await OpenAsync(bench, runtime);
        Assert.Equal(JobChange.Accepted, await engine.RetryAsync(request.JobId, Stop));
        return await engine.ResumeAsync(request.JobId, Stop);
    }

    private static Task<EmbeddedEngine> OpenAsync(JobWorkbench bench, JobRuntime runtime) => EmbeddedEngine.OpenAsync(
        new EmbeddedEngineOptions { JournalPath = bench.Journal }, runtime.Catalog, new HurriedTime(50), NullLoggerFactory.Instance, Stop);

    private static IReadOnlyList<long> Ids(JobResult job)
    {
        Assert.True(job.Status == JobStatus.Succeeded, job.Error);
        return job.RecordsScored == 0 ? [] : JobWorkbench.Query(job, "select cast(user_id as bigint) from {0} order by 1", r => r.GetInt64(0));
    }

    private static async Task<IReadOnlyList<long>> IdsInTableAsync(JobWorkbench bench)
    {
        var table = new Tables.Table(new StoreLocation(new LocalObjectStore($"{bench.Root}/tables"), "ml/churn"), TimeProvider.System, NullLoggerFactory.Instance);
        Tables.TableState state = await table.ReadAsync(null, Stop);
        string files = string.Join(", ", state.Files.Select(f => $"'{bench.Root}/tables/{f.Key}'"));
        return DuckDb.Query(string.Create(CultureInfo.InvariantCulture, $"select cast(user_id as bigint) from read_parquet([{files}]) order by 1"), r => r.GetInt64(0));
    }

    private static async Task AssertVerifiedAsync(JobWorkbench bench, JobResult job)
    {
        VerificationReport report = await new JobVerifier(bench.Services()).VerifyAsync(job.JobId, job.RunFolder!, new VerificationOptions { All = true }, Stop);
        Assert.Empty(report.Checks.SelectMany(c => c.Problems));
    }
}
