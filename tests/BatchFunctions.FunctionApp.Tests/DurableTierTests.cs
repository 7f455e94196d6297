using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BatchFunctions.Api;
using BatchFunctions.Local.Tests.Fakes;
using BatchFunctions.ScoringService;
using BatchFunctions.Tier;
using BatchFunctions.Workflow;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RetryPolicy = BatchFunctions.Workflow.RetryPolicy;

namespace BatchFunctions.FunctionApp.Tests;

/// <summary>Jobs on Durable Functions whose shards the scoring service scores. Every orchestration is replayed from the top whenever something happened.</summary>
public sealed class DurableTierTests
{
    private const string Key = "a-key-for-the-tests-only";

    private static readonly TierPolicy Policy = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(45));
    private static readonly JobReference Job = new("job-1", "azure://work/job-1");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shards_are_dispatched_waited_for_on_a_durable_timer_and_looked_at()
    {
        FakeTier service = null!;
        service = new FakeTier { Fate = (_, _) => service.Checks < 3 ? "at work" : "committed" };
        var hub = HubOf(service, shards: 5);

        var result = await hub.RunAsync(FakeTaskHub.Request("job-1"));

        Assert.Equal(JobStatus.Succeeded, result.Status);
        Assert.Equal(
            ["Prepare", "Notify", "Validate", "Plan", "ShardGroup", "DispatchShards", "timer", "CheckShards", "timer", "CheckShards", "timer", "CheckShards", "AggregateGroup", "Aggregate", "Verify", "Publish", "Notify", "CleanUp"],
            hub.AskedFor);
        // 1 s, and half as long again each time that nothing happened.
        Assert.Equal(FakeTaskHub.Start.UtcDateTime.AddSeconds(1 + 1.5 + 2.25), hub.Now);
        Assert.True(hub.Replays > hub.AskedFor.Count, "Each step was to be replayed.");
    }

    [Fact]
    public async Task A_replica_whose_heartbeat_stands_still_loses_its_shards_to_another_dispatch()
    {
        var service = new FakeTier { Fate = (shard, tries) => shard.Shard == 3 && tries == 1 ? "silent" : "committed" };
        DateTime dispatchedAgain = default;
        ReplayingHub hub = null!;
        hub = HubOf(service, shards: 5, called: (name, input) =>
        {
            if (name == "DispatchShards" && ((DispatchRequest)input).Shards is [{ Attempt: 2 }])
                dispatchedAgain = hub.Now;
        });

        var result = await hub.RunAsync(FakeTaskHub.Request("job-1"));

        Assert.Equal(JobStatus.Succeeded, result.Status);
        Assert.Equal([new ShardDispatch(3, 1, 1), new ShardDispatch(3, 2, 1)], service.Taken.Where(taken => taken.Shard == 3));
        Assert.Equal(6, service.Taken.Count);
        Assert.InRange((dispatchedAgain - FakeTaskHub.Start.UtcDateTime).TotalSeconds, 45, 45 + 16);
    }

    [Fact]
    public async Task A_cancelled_job_has_the_service_let_go_of_its_shards_and_leaves_no_timer_behind()
    {
        FakeTier service = null!;
        ReplayingHub hub = null!;
        service = new FakeTier { Fate = (shard, _) => shard.Shard < 2 ? "committed" : service.Withdrawals.IsEmpty ? "at work" : "handed back" };
        hub = HubOf(service, shards: 300, called: (name, _) =>
        {
            if (name == "CheckShards" && service.Checks == 6)
                hub.Raise("job-1", JobWorkflow.CancelEvent, "enough");
        });

        var result = await hub.RunAsync(FakeTaskHub.Request("job-1"));

        Assert.Equal(JobStatus.Cancelled, result.Status);
        Assert.Equal(2, hub.AskedFor.Count(name => name == "WithdrawShards"));
        Assert.All(service.Withdrawals, w => Assert.True(w.Through >= service.Taken.Max(taken => taken.Attempt)));
        Assert.All(service.Taken, taken => Assert.Equal(1, taken.Attempt));
        Assert.DoesNotContain("Publish", hub.AskedFor);
        Assert.Equal(0, hub.TimersLeft);
    }

    [Fact]
    public async Task The_service_gives_the_parts_that_the_activities_give()
    {
        using var alone = new AppUnderTest();
        using var host = new AppUnderTest();
        await using var service = await StartAsync(host.Root);
        using var together = new AppUnderTest(host.Root, endpoint: new Uri(service.Urls.Single()), key: Key);
        var pipeline = await PrepareAsync(alone, "in_process");
        var tiered = await PrepareAsync(host, "container");

        var expected = await new InProcessOrchestration(alone, Cancel).RunAsync(FakeTaskHub.Request("job-1", pipeline));
        var activities = new AppActivities(together, Cancel);
        // The service works in real time, a twentieth of the hub's.
        var hub = new ReplayingHub(activities.RunAsync) { Jumping = far => Task.Delay(far / 20, Cancel).WaitAsync(TimeSpan.FromMinutes(1), Cancel) };
        var result = await hub.RunAsync(FakeTaskHub.Request("job-1", tiered));

        Assert.Equal((JobStatus.Succeeded, null, 2000), (result.Status, result.Error, result.RecordsScored));
        Assert.DoesNotContain("ScoreShard", hub.AskedFor);
        Assert.Contains("CheckShards", hub.AskedFor);
        Assert.Equal(PartsOf(expected), PartsOf(result));
    }

    private static ReplayingHub HubOf(FakeTier service, int shards, Action<string, object>? called = null) => new((name, input) =>
    {
        called?.Invoke(name, input);
        return Task.FromResult<object>(name switch
        {
            "Prepare" => new PreparedJob(Job, "azure://scored/run", 1, 100, shards, new RetryPolicy(3, TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(10)), null, HashesSnapshot: false, Policy),
            "Plan" => new PlanSummary(shards, shards * 100L),
            "DispatchShards" => service.Dispatch((DispatchRequest)input),
            "CheckShards" => service.Check((CheckRequest)input),
            "WithdrawShards" => service.Withdraw((WithdrawRequest)input),
            "Aggregate" => new AggregateOutcome(JobStatus.Succeeded, shards * 100L, shards * 99L, shards, []),
            "Publish" or "Fail" => new JobResult("job-1", ((EndRequest)input).Status, "azure://scored/run", 0, 0, 0, [], null, null),
            _ => 1,
        });
    });

    private static async Task<WebApplication> StartAsync(string root)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var settings = new HostSettings { Pipelines = $"{root}/pipelines", Models = $"{root}/models", Work = $"{root}/work", Roots = [root] };
        var replica = new ReplicaOptions { MaxRunning = 2, MaxQueued = 2, BeatInterval = TimeSpan.FromMilliseconds(100) };
        var service = builder.BuildScoringService(settings, new ServiceSettings { Key = Key, Replica = replica });
        await service.StartAsync(Cancel);
        return service;
    }

    private static async Task<string> PrepareAsync(AppUnderTest app, string tier)
    {
        await app.RegisterChurnAsync(Cancel);
        var csv = new StringBuilder("user_id,age,income,credit_score,num_purchases,account_age_days,avg_transaction,num_returns,is_premium,region,category_preference\n");
        for (var i = 1; i <= 2000; i++)
            csv.Append(CultureInfo.InvariantCulture, $"{i},{18 + (i % 60)},{20_000 + (i * 37)},{300 + (i % 550)},{i % 20},{100 + i},{20 + (i % 200)}.5,1,true,north,books\n");
        app.Write("pipelines/customers.csv", csv.ToString());
        return app.Write(
            "pipelines/churn.yaml",
            $$"""
            name: churn
            source: { path: "customers.csv", id: user_id }
            model: churn@1.0.0
            output: { path: scored, include: [region] }
            shards: { target_rows: 100 }
            scoring: { tier: {{tier}}, batch_size: 64 }
            """);
    }

    private static IReadOnlyList<string> PartsOf(JobResult result) =>
        [.. Directory.GetFiles(Path.Combine(result.RunFolder!, "predictions")).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")];
}
