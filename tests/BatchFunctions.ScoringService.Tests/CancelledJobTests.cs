using System.Text;
using BatchFunctions.Local;
using BatchFunctions.Local.Tests.Jobs;
using BatchFunctions.ScoringService.Tests.Hosting;
using BatchFunctions.Tier;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.ScoringService.Tests;

/// <summary>Jobs that are cancelled while their shards are with the service.</summary>
public sealed class CancelledJobTests
{
    private const int Shards = 24;
    private const int RowsPerShard = 4000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cancelled_job_leaves_the_service_idle_keeps_what_it_committed_and_goes_on_from_there()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(Shards * RowsPerShard));
        // Small batches, so that a shard takes a while.
        JobRequest request = JobWorkbench.Request(bench.Write(
            "churn.yaml", Churn.Pipeline($"scoring: {{ tier: container, batch_size: 4 }}\nshards: {{ target_rows: {RowsPerShard}, max_parallel: {Shards} }}")));
        await using ReplicaHost replica = await ReplicaHost.StartAsync(bench, new ReplicaOptions { MaxRunning = 1, MaxQueued = Shards - 1, BeatInterval = TimeSpan.FromMilliseconds(100) });
        bench.Tier = new TierOptions
        {
            Endpoints = [replica.Url],
            Key = ReplicaProcess.Key,
            Policy = new TierPolicy(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200), TimeSpan.FromMinutes(10)),
        };
        await using var runtime = new JobRuntime(bench.Services());
        await using EmbeddedEngine engine = await EmbeddedEngine.OpenAsync(
            new EmbeddedEngineOptions { JournalPath = bench.Journal }, runtime.Catalog, TimeProvider.System, NullLoggerFactory.Instance, Cancel);

        Task<JobResult> running = engine.RunAsync(request, Cancel);
        while (Committed(bench).Count == 0 || replica.Replica.Describe() is { Running: 0 } or { Queued: 0 })
            await Task.Delay(5, Cancel);
        await engine.CancelAsync(request.JobId, Cancel);
        JobResult cancelled = await running;
        ReplicaDescription idle = replica.Replica.Describe();
        Dictionary<string, byte[]> kept = Committed(bench);

        Assert.Equal(JobStatus.Cancelled, cancelled.Status);
        Assert.Equal((0, 0), (idle.Running, idle.Queued));
        // All of them were in its hands, and those that it had not committed it gave back unscored.
        string[] claims = [.. Directory.GetFiles(Path.Combine(bench.Root, "work", "job", "claims"), "*.json").Where(claim => !kept.ContainsKey(Path.GetFileName(claim)))];
        Assert.Equal(Shards, kept.Count + claims.Length);
        Assert.InRange(kept.Count, 1, Shards - 1);
        Assert.All(claims, claim => Assert.Contains("\"HandedBack\"", File.ReadAllText(claim), StringComparison.Ordinal));
        // One more may wait whose commit record was not written any more; nobody reads it, and the next run takes its place.
        string[] staged = StagedParts(bench);
        Assert.All(kept.Values, record => Assert.Contains(staged, part => Encoding.UTF8.GetString(record).Contains(part, StringComparison.Ordinal)));

        await engine.RetryAsync(request.JobId, Cancel);
        JobResult retried = await engine.RunAsync(request, Cancel);

        Assert.Equal((JobStatus.Succeeded, null, Shards * RowsPerShard), (retried.Status, retried.Error, retried.RecordsScored));
        Dictionary<string, byte[]> all = Committed(bench);
        Assert.Equal(Shards, all.Count);
        Assert.All(kept, record => Assert.Equal(record.Value, all[record.Key]));
        Assert.Equal(Shards, Directory.GetFiles(Path.Combine(retried.RunFolder!, "predictions")).Length);
    }

    private static Dictionary<string, byte[]> Committed(JobWorkbench bench) =>
        Directory.Exists(Path.Combine(bench.Root, "work", "job", "shards"))
            ? Directory.GetFiles(Path.Combine(bench.Root, "work", "job", "shards"), "*.json").ToDictionary(f => Path.GetFileName(f), File.ReadAllBytes)
            : [];

    private static string[] StagedParts(JobWorkbench bench) =>
        [.. Directory.GetFiles(bench.Root, "part-*", SearchOption.AllDirectories).Where(f => f.Contains("/_staging/predictions/", StringComparison.Ordinal)).Select(f => Path.GetFileName(f))];
}
