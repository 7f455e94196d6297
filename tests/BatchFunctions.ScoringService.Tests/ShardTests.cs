using System.Net;
using System.Text.Json;
using BatchFunctions.Local.Tests.Jobs;
using BatchFunctions.ScoringService.Tests.Hosting;
using BatchFunctions.Tier;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.ScoringService.Tests;

public sealed class ShardTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_fifty_shards_posted_at_once_to_a_replica_with_room_for_four_none_is_lost_or_doubled()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        int shards = await PlanAsync(bench, rows: 50 * 400, targetRows: 400);
        await using ReplicaHost replica = await ReplicaHost.StartAsync(bench, new ReplicaOptions { MaxRunning = 2, MaxQueued = 2 });
        int refused = 0, mostHeld = 0;

        await Task.WhenAll(Enumerable.Range(0, shards).Select(async shard =>
        {
            while (true)
            {
                using HttpResponseMessage answer = await replica.PostAsync("/shards", $$"""{ "job": "job", "shard": {{shard}} }""");
                ReplicaDescription now = replica.Replica.Describe();
                InterlockedMax(ref mostHeld, now.Running + now.Queued);
                if (answer.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.OK)
                    return;
                Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
                Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30);
                Interlocked.Increment(ref refused);
                await Task.Delay(10, Cancel);
            }
        }));

        JsonElement[] ends = await Task.WhenAll(Enumerable.Range(0, shards).Select(shard => replica.WaitForAsync($"job.{shard}", "committed", "failed", "lost")));
        Assert.Equal(50, shards);
        Assert.All(ends, end => Assert.Equal("committed", end.GetProperty("state").GetString()));
        Assert.Equal(50 * 400, ends.Sum(end => end.GetProperty("records").GetInt32()));
        Assert.Equal(50, Directory.GetFiles(Path.Combine(bench.Root, "work", "job", "shards")).Length);
        Assert.Equal(50, Directory.GetFiles(bench.Root, "part-*.parquet", SearchOption.AllDirectories).Length);
        Assert.True(refused > 0, "With room for four, some of fifty are refused at first.");
        Assert.InRange(mostHeld, 1, 4);
    }

    [Fact]
    public async Task The_same_order_is_taken_once_and_a_committed_shard_is_not_scored_again()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        await PlanAsync(bench, rows: 100, targetRows: 50);
        await using ReplicaHost replica = await ReplicaHost.StartAsync(bench);
        const string order = """{ "job": "job", "shard": 1, "attempt": 3 }""";

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => replica.PostAsync("/shards", order)));
        await replica.WaitForAsync("job.1", "committed");
        using HttpResponseMessage again = await replica.PostAsync("/shards", order);

        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.Accepted, HttpStatusCode.OK]));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal("committed", (await ReplicaHost.ReadAsync(again)).GetProperty("state").GetString());
        Assert.Single(Directory.GetFiles(bench.Root, "part-*.parquet", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task With_its_memory_used_up_a_replica_takes_one_shard_and_no_more()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        await PlanAsync(bench, rows: 60_000, targetRows: 30_000);
        await using ReplicaHost replica = await ReplicaHost.StartAsync(bench, new ReplicaOptions { MaxRunning = 2, MaxQueued = 2, MemoryShare = () => 0.9 });

        using HttpResponseMessage first = await replica.PostAsync("/shards", """{ "job": "job", "shard": 0 }""");
        using HttpResponseMessage second = await replica.PostAsync("/shards", """{ "job": "job", "shard": 1 }""");

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
    }

    [Fact]
    public async Task Shards_are_scored_off_the_thread_pool_on_which_everybody_is_answered()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        int shards = await PlanAsync(bench, rows: 800, targetRows: 100);
        using var threads = new ThreadNotes("Scoring shard");
        await using ReplicaHost replica = await ReplicaHost.StartAsync(
            bench, new ReplicaOptions { MaxRunning = 3, MaxQueued = shards }, services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(threads)));

        for (int shard = 0; shard < shards; shard++)
            await replica.PostAsync("/shards", $$"""{ "job": "job", "shard": {{shard}} }""");
        for (int shard = 0; shard < shards; shard++)
            await replica.WaitForAsync($"job.{shard}", "committed");

        Assert.Equal(shards, threads.Pooled.Count);
        Assert.DoesNotContain(true, threads.Pooled);
    }

    [Fact]
    public async Task A_stopped_replica_hands_back_what_it_has_not_committed_and_any_other_says_so()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        await PlanAsync(bench, rows: 120_000, targetRows: 40_000);
        await using ReplicaHost leaving = await ReplicaHost.StartAsync(bench, new ReplicaOptions { MaxRunning = 1, MaxQueued = 2 });
        await using ReplicaHost other = await ReplicaHost.StartAsync(bench);
        for (int shard = 0; shard < 3; shard++)
            Assert.Equal(HttpStatusCode.Accepted, (await leaving.PostAsync("/shards", $$"""{ "job": "job", "shard": {{shard}} }""")).StatusCode);

        await leaving.StopAsync();

        JsonElement last = await other.WaitForAsync("job.2", "handed_back", "committed", "lost", "failed");
        Assert.Equal("handed_back", last.GetProperty("state").GetString());
        Assert.Equal(leaving.Replica.Name, last.GetProperty("replica").GetString());
        using HttpResponseMessage taken = await other.PostAsync("/shards", """{ "job": "job", "shard": 2, "attempt": 2 }""");
        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        await other.WaitForAsync("job.2", "committed");
    }

    [Fact]
    public async Task A_replica_that_is_given_time_to_stop_ends_what_it_scores_and_hands_back_what_waits()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        await PlanAsync(bench, rows: 80_000, targetRows: 40_000, batchSize: 1);
        await using ReplicaHost leaving = await ReplicaHost.StartAsync(bench, new ReplicaOptions { MaxRunning = 1, MaxQueued = 1, DrainLimit = TimeSpan.FromMinutes(5) });
        await using ReplicaHost other = await ReplicaHost.StartAsync(bench);
        for (int shard = 0; shard < 2; shard++)
            Assert.Equal(HttpStatusCode.Accepted, (await leaving.PostAsync("/shards", $$"""{ "job": "job", "shard": {{shard}} }""")).StatusCode);
        await UntilAsync(() => leaving.Replica.Describe() is { Running: 1, Queued: 1 });

        await leaving.StopAsync();

        JsonElement[] ends = [await other.WaitForAsync("job.0", "handed_back", "committed", "lost", "failed"), await other.WaitForAsync("job.1", "handed_back", "committed", "lost", "failed")];
        Assert.Equal(["committed", "handed_back"], ends.Select(end => end.GetProperty("state").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_platform_sees_how_many_replicas_are_wanted_while_there_is_work_and_none_after_it()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        await PlanAsync(bench, rows: 80_000, targetRows: 40_000, batchSize: 1);
        string wanted = Path.Combine(bench.Root, "work", TierOptions.WantedFolder);
        await using ReplicaHost replica = await ReplicaHost.StartAsync(
            bench, new ReplicaOptions { MaxRunning = 1, MaxQueued = 0, BeatInterval = TimeSpan.FromMilliseconds(50), BeatSpacing = TimeSpan.FromMilliseconds(10), IdleAfter = TimeSpan.FromMilliseconds(200) });

        Assert.Equal(HttpStatusCode.Accepted, (await replica.PostAsync("/shards", """{ "job": "job", "shard": 0 }""")).StatusCode);
        await UntilAsync(() => Files(wanted).SequenceEqual([replica.Replica.Name]));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await replica.PostAsync("/shards", """{ "job": "job", "shard": 1 }""")).StatusCode);
        await UntilAsync(() => Files(wanted).Contains($"{replica.Replica.Name}.more"));
        await replica.WaitForAsync("job.0", "committed");

        await UntilAsync(() => Files(wanted).Length == 0);
    }

    [Fact]
    public async Task What_a_dead_replica_has_left_keeps_no_other_running()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        string wanted = Path.Combine(bench.Root, "work", TierOptions.WantedFolder);
        Directory.CreateDirectory(wanted);
        await File.WriteAllBytesAsync(Path.Combine(wanted, "dead-1"), [], Cancel);
        await File.WriteAllBytesAsync(Path.Combine(wanted, "dead-1.more"), [], Cancel);
        await using ReplicaHost replica = await ReplicaHost.StartAsync(
            bench, new ReplicaOptions { BeatInterval = TimeSpan.FromMilliseconds(50), BeatSpacing = TimeSpan.FromMilliseconds(10), LostAfter = TimeSpan.FromMilliseconds(400) });

        await UntilAsync(() => Files(wanted).Length == 0);
    }

    private static string[] Files(string folder) => Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)] : [];

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
            await Task.Delay(10, Cancel);
    }

    [Fact]
    public async Task A_shard_that_fails_says_why_to_whoever_asks_any_replica()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        await PlanAsync(bench, rows: 100, targetRows: 50);
        File.AppendAllText(Path.Combine(bench.Data, "customers.csv"), "changed\n");
        await using ReplicaHost one = await ReplicaHost.StartAsync(bench);
        await using ReplicaHost other = await ReplicaHost.StartAsync(bench);

        Assert.Equal(HttpStatusCode.Accepted, (await one.PostAsync("/shards", """{ "job": "job", "shard": 0 }""")).StatusCode);
        JsonElement end = await other.WaitForAsync("job.0", "failed", "committed", "lost");

        Assert.Equal("failed", end.GetProperty("state").GetString());
        Assert.Equal("Integrity", end.GetProperty("kind").GetString());
        Assert.Contains("customers.csv", end.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "job": "job" }""", 400, "shard")]
    [InlineData("""{ "job": "../job", "shard": 1 }""", 400, "job")]
    [InlineData("""{ "job": "job", "shard": -1 }""", 400, "shard")]
    [InlineData("""{ "job": "job", "shard": 1, "batchDivisor": 3 }""", 400, "batchDivisor")]
    [InlineData("""{ "job": "job", "shard": 1, "rows": [1, 2] }""", 400, "rows")]
    [InlineData("""{ "job": "job", "shard": 99 }""", 404, "no shard 99")]
    [InlineData("""{ "job": "other", "shard": 0 }""", 404, "BATCHFN_WORK")]
    public async Task An_order_that_makes_no_sense_is_a_problem_that_says_so(string body, int status, string part)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        await PlanAsync(bench, rows: 100, targetRows: 50);
        await using ReplicaHost replica = await ReplicaHost.StartAsync(bench);

        using HttpResponseMessage answer = await replica.PostAsync("/shards", body);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains(part, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_key_there_is_nothing_but_health_readiness_and_the_description()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        await using ReplicaHost replica = await ReplicaHost.StartAsync(bench);
        using var stranger = new HttpClient { BaseAddress = replica.Url };

        foreach (string path in (string[])["/health", "/ready", "/openapi.json"])
            Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(path, Cancel)).StatusCode);
        foreach (string path in (string[])["/replica", "/metrics", "/shards/job.0"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(path, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.PostAsync("/predict", null, Cancel)).StatusCode);
    }

    [Fact]
    public async Task The_metrics_tell_what_was_scored_and_refused()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        await PlanAsync(bench, rows: 100, targetRows: 50);
        await using ReplicaHost replica = await ReplicaHost.StartAsync(bench);
        await replica.PostAsync("/shards", """{ "job": "job", "shard": 0 }""");
        await replica.WaitForAsync("job.0", "committed");

        string text = await replica.Http.GetStringAsync("/metrics", Cancel);

        Assert.Contains("# TYPE batch_tier_shards_taken_total counter", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE batch_shard_duration_seconds histogram", text, StringComparison.Ordinal);
        Assert.Contains("batch_tier_shards_queued ", text, StringComparison.Ordinal);
    }

    private static Task<int> PlanAsync(JobWorkbench bench, int rows, int targetRows, int batchSize = 1024)
    {
        bench.Write("data/customers.csv", Churn.Customers(rows));
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline($"scoring: {{ batch_size: {batchSize} }}\nshards: {{ target_rows: {targetRows} }}"));
        return ReplicaHost.PlanAsync(bench, JobWorkbench.Request(pipeline));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (int seen = target; value > seen;)
        {
            int was = Interlocked.CompareExchange(ref target, value, seen);
            if (was == seen)
                return;
            seen = was;
        }
    }
}
