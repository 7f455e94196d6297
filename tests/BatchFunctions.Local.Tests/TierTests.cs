using BatchFunctions.Local.Tests.Fakes;
using BatchFunctions.Tier;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests;

public sealed class TierTests : IDisposable
{
    private static readonly TierPolicy Policy = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(45));

    private readonly JournalFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_thousand_shards_take_few_steps_since_each_look_is_one_for_a_whole_group()
    {
        var job = new FakeJob { Shards = 1000, MaxParallel = 500, Tier = Policy, Service = new FakeTier() };

        var result = await RunAsync(job);

        Assert.Equal(JobStatus.Succeeded, result.Status);
        Assert.Equal(Enumerable.Range(0, 1000), job.Service.Taken.Select(taken => taken.Shard).Order());
        Assert.DoesNotContain(job.Calls, call => call.StartsWith("ScoreShard", StringComparison.Ordinal));
        Assert.InRange(job.Service.Dispatches + job.Service.Checks, 8, 100);
    }

    [Fact]
    public async Task A_service_with_little_room_is_asked_again_until_it_has_taken_all()
    {
        var job = new FakeJob { Shards = 20, MaxParallel = 20, Tier = Policy, Service = new FakeTier { Room = 3 } };

        Assert.Equal(JobStatus.Succeeded, (await RunAsync(job)).Status);

        Assert.Equal(Enumerable.Range(0, 20), job.Service.Taken.Select(taken => taken.Shard).Order());
        Assert.All(job.Service.Taken, taken => Assert.Equal(1, taken.Attempt));
    }

    [Theory]
    [InlineData("Transient")]
    [InlineData("handed back")]
    [InlineData("dropped")]
    [InlineData("silent")]
    public async Task A_shard_that_comes_to_nothing_is_dispatched_again_under_a_larger_number(string fate)
    {
        var job = new FakeJob { Tier = Policy, Service = new FakeTier { Fate = (shard, tries) => shard.Shard == 7 && tries == 1 ? fate : "committed" } };

        Assert.Equal(JobStatus.Succeeded, (await RunAsync(job)).Status);

        Assert.Equal([new ShardDispatch(7, 1, 1), new ShardDispatch(7, 2, 1)], job.Service.Taken.Where(taken => taken.Shard == 7));
        Assert.Equal(11, job.Service.Taken.Count);
    }

    [Fact]
    public async Task A_shard_without_memory_is_dispatched_with_half_the_batch()
    {
        var job = new FakeJob { Tier = Policy, Service = new FakeTier { Fate = (shard, _) => shard.Shard == 3 && shard.BatchDivisor < 4 ? "Memory" : "committed" } };

        Assert.Equal(JobStatus.Succeeded, (await RunAsync(job)).Status);

        Assert.Equal([1, 2, 4], job.Service.Taken.Where(taken => taken.Shard == 3).Select(taken => taken.BatchDivisor));
        Assert.Equal([1, 2, 3], job.Service.Taken.Where(taken => taken.Shard == 3).Select(taken => taken.Attempt));
    }

    [Fact]
    public async Task A_shard_that_replicas_die_of_again_and_again_gets_smaller_batches_and_is_given_up_at_last()
    {
        var job = new FakeJob { Tier = Policy, Service = new FakeTier { Fate = (shard, _) => shard.Shard == 3 ? "silent" : "committed" } };

        var result = await RunAsync(job);

        Assert.Equal((JobStatus.Failed, ErrorKind.Memory), (result.Status, result.ErrorKind));
        Assert.Contains("replicas of the scoring service died", result.Error, StringComparison.Ordinal);
        Assert.Equal([1, 1, 2, 4, 8, 16, 32, 64], job.Service.Taken.Where(taken => taken.Shard == 3).Select(taken => taken.BatchDivisor));
    }

    [Fact]
    public async Task What_would_fail_every_shard_ends_the_job_and_dispatches_no_more()
    {
        var job = new FakeJob { Shards = 100, MaxParallel = 2, Tier = Policy, Service = new FakeTier { Fate = (_, _) => "Integrity" } };

        var result = await RunAsync(job);

        Assert.Equal((JobStatus.Failed, ErrorKind.Integrity), (result.Status, result.ErrorKind));
        Assert.Equal(2, job.Service.Taken.Count);
    }

    [Fact]
    public async Task A_cancelled_job_has_the_service_let_go_of_its_shards_and_ends_when_it_has()
    {
        FakeTier service = null!;
        service = new FakeTier { Fate = (shard, _) => shard.Shard < 3 ? "committed" : service.Withdrawals.IsEmpty ? "at work" : "handed back" };
        var job = new FakeJob { Shards = 300, MaxParallel = 300, Tier = Policy, Service = service };
        await using var engine = await _folder.OpenAsync(job, new JumpingTime());
        var running = engine.RunAsync(FakeJob.Request(), Stop);
        await Wait.UntilAsync(() => service.Checks > 4);

        await engine.CancelAsync("job-1", Stop);
        var result = await running;

        Assert.Equal(JobStatus.Cancelled, result.Status);
        // Once by each of the two groups, and beyond every number that they could have used.
        Assert.Equal(2, service.Withdrawals.Count);
        Assert.All(service.Withdrawals, w => Assert.True(w.Through >= service.Taken.Max(t => t.Attempt)));
        Assert.All(service.Taken, taken => Assert.Equal(1, taken.Attempt));
        Assert.Equal(0, job.CountOf("Publish"));
    }

    [Fact]
    public async Task A_job_that_failed_of_a_shard_does_not_have_the_others_scored_to_their_end()
    {
        FakeTier service = null!;
        service = new FakeTier { Fate = (shard, _) => shard.Shard == 7 ? "Integrity" : service.Withdrawals.IsEmpty ? "at work" : "handed back" };
        var job = new FakeJob { MaxParallel = 10, Tier = Policy, Service = service };

        var result = await RunAsync(job);

        Assert.Equal((JobStatus.Failed, ErrorKind.Integrity), (result.Status, result.ErrorKind));
        Assert.Equal(10, service.Taken.Count);
    }

    [Fact]
    public async Task A_retry_of_the_job_goes_on_with_larger_numbers_than_the_run_before()
    {
        var time = new JumpingTime();
        FakeTier service = null!;
        service = new FakeTier { Fate = (shard, _) => shard.Shard == 0 ? "Environment" : service.Withdrawals.IsEmpty ? "at work" : "handed back" };
        var failing = new FakeJob { Shards = 2, Tier = Policy, Service = service };
        await using (var engine = await _folder.OpenAsync(failing, time))
            Assert.Equal(JobStatus.Failed, (await engine.RunAsync(FakeJob.Request(), Stop)).Status);
        var job = new FakeJob { Shards = 2, Tier = Policy, Service = new FakeTier() };
        await using var again = await _folder.OpenAsync(job, time);
        await again.RetryAsync("job-1", Stop);

        Assert.Equal(JobStatus.Succeeded, (await again.RunAsync(FakeJob.Request(), Stop)).Status);

        Assert.True(job.Service.Taken.Min(taken => taken.Attempt) > failing.Service.Taken.Max(taken => taken.Attempt));
        Assert.True(job.Service.Taken.Min(taken => taken.Attempt) > Assert.Single(failing.Service.Withdrawals).Through);
    }

    private async Task<JobResult> RunAsync(FakeJob job)
    {
        await using var engine = await _folder.OpenAsync(job, new JumpingTime());
        return await engine.RunAsync(FakeJob.Request(), Stop);
    }
}
