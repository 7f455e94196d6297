using System.Globalization;
using BatchFunctions.Local.Tests.Fakes;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>A job that failed or was cancelled is run again, and ends as if nothing had happened.</summary>
public sealed class RetriedJobTests
{
    private const int Files = 4;
    private const string Broken = "7,40,1.5,600,3,10,20.5,0,true,north,spaceships";

    private static readonly string Pipeline = Churn.Pipeline("shards: { target_rows: 500, max_parallel: 1 }", "data/*.csv");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_retry_scores_only_what_is_not_committed_and_gives_the_bytes_of_an_undisturbed_job()
    {
        using JobWorkbench undisturbed = await BenchAsync();
        var (_, expected) = await RunAsync(undisturbed, engine => engine.RunAsync(Request(undisturbed), Stop));
        using JobWorkbench bench = await BenchAsync();
        string last = bench.Root + $"/data/customers-{Files - 1}.csv";

        var (first, failed) = await RunAsync(bench, async engine =>
        {
            // The last file goes away when scoring begins with the first one, and comes back unchanged before the retry.
            engine.ProgressChanged += (_, progress) =>
            {
                if (progress.Step == "Score" && File.Exists(last))
                    File.Move(last, bench.Root + "/away");
            };
            return await engine.RunAsync(Request(bench), Stop);
        });
        Assert.Equal(JobStatus.Failed, failed.Status);
        Assert.True(File.Exists(failed.RunFolder + "/_FAILED"));
        int[] committed = Committed(bench);
        Assert.NotEmpty(committed);
        File.Move(bench.Root + "/away", last);

        var (second, result) = await RunAsync(bench, async engine =>
        {
            Assert.Equal(JobChange.Accepted, await engine.RetryAsync("job", Stop));
            return await engine.ResumeAsync("job", Stop);
        });

        Assert.Equal((JobStatus.Succeeded, null), (result.Status, result.Error));
        AssertSame(expected, result);
        Assert.Equal(Enumerable.Range(0, 16).Except(committed), Scored(second));
        Assert.Subset(Scored(first).ToHashSet(), committed.ToHashSet());
    }

    [Fact]
    public async Task A_cancelled_job_goes_on_from_what_it_had_committed()
    {
        using JobWorkbench undisturbed = await BenchAsync();
        var (_, expected) = await RunAsync(undisturbed, engine => engine.RunAsync(Request(undisturbed), Stop));
        using JobWorkbench bench = await BenchAsync();
        var (_, cancelled) = await RunAsync(bench, async engine =>
        {
            Task<JobChange>? cancelling = null;
            engine.ProgressChanged += (_, progress) =>
            {
                if (progress.ShardsDone >= 2)
                    cancelling ??= engine.CancelAsync("job", Stop);
            };
            return await engine.RunAsync(Request(bench), Stop);
        });
        Assert.Equal(JobStatus.Cancelled, cancelled.Status);
        int[] committed = Committed(bench);
        Assert.InRange(committed.Length, 2, 15);

        var (second, result) = await RunAsync(bench, async engine =>
        {
            await using var queue = RunningQueue.Of(engine);
            Assert.Equal(JobChange.Accepted, await engine.RetryAsync("job", Stop));
            await Wait.ForAsync(engine, "job", JobStatus.Succeeded);
            return (await engine.FindAsync("job", Stop))!.Result!;
        });

        AssertSame(expected, result);
        Assert.Equal(Enumerable.Range(0, 16).Except(committed), Scored(second));
    }

    private static async Task<JobWorkbench> BenchAsync()
    {
        JobWorkbench bench = await Churn.BenchAsync();
        for (var i = 0; i < Files; i++)
            bench.Write($"data/customers-{i}.csv", Churn.Customers(2_000, row => row % 500 == 77 ? Broken : null));
        bench.Write("churn.yaml", Pipeline);
        return bench;
    }

    private static JobRequest Request(JobWorkbench bench) => JobWorkbench.Request(bench.Root + "/churn.yaml");

    private static async Task<(RecordingLoggers Log, JobResult Result)> RunAsync(JobWorkbench bench, Func<EmbeddedEngine, Task<JobResult>> run)
    {
        var log = new RecordingLoggers();
        // The shards are small; with the many that may be committed beside those being scored, all would be at work from the start.
        await using var runtime = new JobRuntime(bench.Services() with { Loggers = log, MaxCommitting = 1 });
        await using EmbeddedEngine engine = await EmbeddedEngine.OpenAsync(
            new EmbeddedEngineOptions { JournalPath = bench.Journal }, runtime.Catalog, TimeProvider.System, log, Stop);
        return (log, await run(engine));
    }

    private static void AssertSame(JobResult expected, JobResult result)
    {
        Assert.Equal(JobStatus.Succeeded, expected.Status);
        Assert.Equal((expected.RecordsTotal, expected.RecordsScored, expected.RecordsFailed), (result.RecordsTotal, result.RecordsScored, result.RecordsFailed));
        Assert.Equal(JobWorkbench.Hashes(expected), JobWorkbench.Hashes(result));
        Assert.Equal(NamesIn(expected), NamesIn(result));
        Assert.Contains("_SUCCESS", NamesIn(result));
    }

    private static IEnumerable<string> NamesIn(JobResult result) =>
        Directory.EnumerateFileSystemEntries(result.RunFolder!).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private static int[] Committed(JobWorkbench bench) =>
        [.. Directory.EnumerateFiles(bench.WorkAddress + "/job/shards").Select(path => int.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture)).Order()];

    private static IEnumerable<int> Scored(RecordingLoggers log) => log.Messages
        .Where(message => message.StartsWith("Scoring shard ", StringComparison.Ordinal))
        .Select(message => int.Parse(message.Split(' ')[2], CultureInfo.InvariantCulture))
        .Order();
}
