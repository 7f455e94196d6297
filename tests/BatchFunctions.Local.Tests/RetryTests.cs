using BatchFunctions.Local.Tests.Fakes;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Time.Testing;

namespace BatchFunctions.Local.Tests;

public sealed class RetryTests : IDisposable
{
    private readonly JournalFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_failed_job_waits_again_and_is_run_again_under_its_id()
    {
        var time = new JumpingTime();
        await using (var engine = await _folder.OpenAsync(Failing(5), time))
            Assert.Equal(JobStatus.Failed, (await engine.RunAsync(FakeJob.Request(), Stop)).Status);

        var job = new FakeJob { On = call => call is { Name: "ScoreShard", Number: 7, Try: 1 } ? throw new TimeoutException() : Task.CompletedTask };
        await using var again = await _folder.OpenAsync(job, time);
        Assert.Equal(JobChange.Accepted, await again.RetryAsync("job-1", Stop));
        var waiting = (await again.FindAsync("job-1", Stop))!;
        Assert.Equal((JobStatus.Pending, 2, null, null), (waiting.Status, waiting.Request.Run, waiting.Result, waiting.Progress));

        Assert.Equal(JobStatus.Succeeded, (await again.RunAsync(FakeJob.Request(), Stop)).Status);

        Assert.Equal(2, Assert.Single(job.Prepared).Run);
        Assert.Equal(10, job.Calls.Where(call => call.StartsWith("ScoreShard", StringComparison.Ordinal)).Distinct().Count());
        Assert.Equal(
            ["job-1:shards-00000 ScoreShard", "job-1:run2-shards-00000 ScoreShard"],
            (await again.ListFailedAttemptsAsync("job-1", Stop)).Select(attempt => $"{attempt.InstanceId} {attempt.Activity}"));
        Assert.Equal(0, _folder.Count("SELECT (SELECT COUNT(*) FROM history) + (SELECT COUNT(*) FROM inbox)"));
        Assert.Empty(Directory.GetFiles(_folder.JournalPath + ".locks"));
    }

    [Fact]
    public async Task The_queue_runs_what_is_retried_as_soon_as_it_hears_of_it()
    {
        var job = new FakeJob { On = call => call is { Name: "Validate", Try: <= 2 } ? throw new BatchFunctionsException(ErrorKind.Environment, "No.") : Task.CompletedTask };
        await using var engine = await _folder.OpenAsync(job, new FakeTimeProvider());
        await using var queue = RunningQueue.Of(engine);
        await engine.StartAsync(FakeJob.Request(), Stop);
        for (var run = 1; run <= 2; run++)
        {
            await Wait.ForAsync(engine, "job-1", JobStatus.Failed);
            Assert.Equal(JobChange.Accepted, await engine.RetryAsync("job-1", Stop));
        }

        await Wait.ForAsync(engine, "job-1", JobStatus.Succeeded);
        Assert.Equal([1, 2, 3], job.Prepared.Select(request => request.Run));
        Assert.Equal(
            ["job-1", "job-1:run2"], (await engine.ListFailedAttemptsAsync("job-1", Stop)).Select(attempt => attempt.InstanceId));
    }

    [Fact]
    public async Task A_cancelled_job_can_be_run_again()
    {
        EmbeddedEngine engine = null!;
        var job = new FakeJob
        {
            Shards = 100,
            On = async call =>
            {
                if (call is { Name: "ScoreShard", Number: 10, Try: 1 })
                    await engine.CancelAsync("job-1", Stop);
            },
        };
        await using var opened = engine = await _folder.OpenAsync(job);
        Assert.Equal(JobStatus.Cancelled, (await engine.RunAsync(FakeJob.Request(), Stop)).Status);

        Assert.Equal(JobChange.Accepted, await engine.RetryAsync("job-1", Stop));
        Assert.Equal(JobStatus.Succeeded, (await engine.ResumeAsync("job-1", Stop)).Status);
    }

    [Fact]
    public async Task Only_what_has_failed_or_was_cancelled_is_run_again()
    {
        EmbeddedEngine engine = null!;
        var during = JobChange.Accepted;
        var job = new FakeJob
        {
            On = async call =>
            {
                if (call.Name == "Plan")
                    during = await engine.RetryAsync("job-1", Stop);
            },
        };
        await using var opened = engine = await _folder.OpenAsync(job);
        Assert.Equal(JobChange.NoSuchJob, await engine.RetryAsync("job-1", Stop));
        await engine.StartAsync(FakeJob.Request(), Stop);
        Assert.Equal(JobChange.NotNow, await engine.RetryAsync("job-1", Stop));
        await engine.ResumeAsync("job-1", Stop);
        Assert.Equal(JobChange.NotNow, during);
        Assert.Equal(JobChange.NotNow, await engine.RetryAsync("job-1", Stop));
        Assert.Equal((JobStatus.Succeeded, 1), ((await engine.FindAsync("job-1", Stop))!.Status, job.CountOf("Prepare")));
    }

    [Fact]
    public async Task A_retry_that_is_cancelled_while_it_waits_keeps_the_evidence_of_the_run_before()
    {
        await using var engine = await _folder.OpenAsync(Failing(5), new JumpingTime());
        await engine.RunAsync(FakeJob.Request(), Stop);
        await engine.RetryAsync("job-1", Stop);

        Assert.Equal(JobChange.Accepted, await engine.CancelAsync("job-1", Stop));

        var result = (await engine.FindAsync("job-1", Stop))!.Result!;
        Assert.Equal((JobStatus.Cancelled, "out/job-1", null), (result.Status, result.RunFolder, result.Error));
        Assert.Equal(JobChange.Accepted, await engine.RetryAsync("job-1", Stop));
        Assert.Equal(3, (await engine.FindAsync("job-1", Stop))!.Request.Run);
    }

    [Fact]
    public async Task A_later_run_that_is_interrupted_continues_from_its_own_steps()
    {
        var time = new JumpingTime();
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await using (var engine = await _folder.OpenAsync(Failing(5), time))
            await engine.RunAsync(FakeJob.Request(), Stop);
        var second = new FakeJob { MaxParallel = 1, On = call => call is { Name: "ScoreShard", Number: 4 } ? call.InterruptAsync(interrupt) : Task.CompletedTask };
        await using (var engine = await _folder.OpenAsync(second, time))
        {
            await engine.RetryAsync("job-1", Stop);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.ResumeAsync("job-1", interrupt.Token));
            Assert.Equal(JobStatus.Interrupted, (await engine.FindAsync("job-1", Stop))!.Status);
            Assert.Equal(JobChange.NotNow, await engine.RetryAsync("job-1", Stop));
        }

        var third = new FakeJob { MaxParallel = 1 };
        await using var again = await _folder.OpenAsync(third, time);
        Assert.Equal(JobStatus.Succeeded, (await again.ResumeAsync("job-1", Stop)).Status);
        Assert.Equal(0, third.CountOf("Prepare"));
        Assert.Equal(6, third.Calls.Concat(second.Done).Count(call => call is "ScoreShard 5" or "ScoreShard 6" or "ScoreShard 7" or "ScoreShard 8" or "ScoreShard 9" or "Prepare"));
    }

    [Fact]
    public async Task A_retry_begins_when_it_begins()
    {
        var time = new FakeTimeProvider();
        var job = new FakeJob
        {
            Deadline = TimeSpan.FromHours(1),
            On = call => call is { Name: "Validate", Try: 1 } ? throw new BatchFunctionsException(ErrorKind.Environment, "No.") : Task.CompletedTask,
        };
        await using var engine = await _folder.OpenAsync(job, time);
        await engine.StartAsync(FakeJob.Request(), Stop);
        var created = time.GetUtcNow();
        time.Advance(TimeSpan.FromHours(3));
        await engine.ResumeAsync("job-1", Stop);
        time.Advance(TimeSpan.FromHours(3));
        await engine.RetryAsync("job-1", Stop);
        time.Advance(TimeSpan.FromHours(3));

        Assert.Equal(JobStatus.Succeeded, (await engine.ResumeAsync("job-1", Stop)).Status);

        var aggregate = Assert.Single(job.Aggregates);
        Assert.Equal((created + TimeSpan.FromHours(9), false), (aggregate.StartedAt, aggregate.DeadlineMissed));
        Assert.Equal(created, (await engine.FindAsync("job-1", Stop))!.CreatedAt);
    }

    [Fact]
    public async Task The_next_run_waits_for_the_last_activities_of_the_one_before()
    {
        var gate = new TaskCompletionSource();
        var job = new FakeJob { On = call => call is { Name: "Prepare", Try: 1 } ? gate.Task : Task.CompletedTask };
        await using var engine = await _folder.OpenAsync(OtherWorkflows.Hasty(job));
        var first = engine.RunAsync(FakeJob.Request(), Stop);
        await Wait.ForAsync(engine, "job-1", JobStatus.Failed);
        Assert.Equal(JobChange.Accepted, await engine.RetryAsync("job-1", Stop));

        var second = engine.RunAsync(FakeJob.Request(), Stop);
        Assert.False(first.IsCompleted);
        gate.SetResult();

        Assert.Equal((1, 2), ((await first).RecordsTotal, (await second).RecordsTotal));
    }

    private static FakeJob Failing(int shard) => new()
    {
        Retry = RetryPolicy.None,
        On = call => call is { Name: "ScoreShard" } && call.Number == shard ? throw new BatchFunctionsException(ErrorKind.Environment, "No.") : Task.CompletedTask,
    };
}
