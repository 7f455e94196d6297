using BatchFunctions.Local.Tests.Fakes;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Time.Testing;

namespace BatchFunctions.Local.Tests;

public sealed class QueueTests : IDisposable
{
    private readonly JournalFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Waiting_jobs_are_run_first_come_first_served()
    {
        var job = new FakeJob { Shards = 3 };
        await using var engine = await _folder.OpenAsync(job, new FakeTimeProvider(), maxJobs: 1);
        string[] ids = ["c", "a", "e", "b", "d"];
        foreach (var id in ids)
            await engine.StartAsync(FakeJob.Request(id), Stop);

        await using var queue = RunningQueue.Of(engine);
        await Wait.ForAsync(engine, "d", JobStatus.Succeeded);

        Assert.Equal(ids, job.Ends.Select(end => end.Job.JobId));
    }

    [Fact]
    public async Task So_many_jobs_run_at_once_and_the_others_wait()
    {
        var gate = new TaskCompletionSource();
        var job = new FakeJob { Shards = 3, On = call => call.Name == "Plan" ? gate.Task.WaitAsync(call.Stop) : Task.CompletedTask };
        await using var engine = await _folder.OpenAsync(job, new FakeTimeProvider(), maxJobs: 2);
        await using var queue = RunningQueue.Of(engine);
        for (var i = 0; i < 5; i++)
            await engine.StartAsync(FakeJob.Request($"job-{i}"), Stop);

        await Wait.UntilAsync(() => job.CountOf("Plan") == 2);
        var standing = (await engine.ListAsync(Stop)).CountBy(record => record.Status).ToDictionary();
        Assert.Equal((2, 3), (standing[JobStatus.Running], standing[JobStatus.Pending]));
        Assert.Equal(2, job.CountOf("Prepare"));

        gate.SetResult();
        await Wait.UntilAsync(async () => (await engine.ListAsync(Stop)).All(record => record.Status == JobStatus.Succeeded));
    }

    [Fact]
    public async Task A_job_that_another_process_leaves_is_found_before_long()
    {
        var time = new FakeTimeProvider();
        var job = new FakeJob();
        await using var engine = await _folder.OpenAsync(job, time);
        await using var queue = RunningQueue.Of(engine);
        await using var other = await _folder.OpenAsync(new FakeJob());
        await other.StartAsync(FakeJob.Request(), Stop);

        await Wait.UntilAsync(async () =>
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            return (await other.FindAsync("job-1", Stop))!.Status == JobStatus.Succeeded;
        });

        Assert.Equal(1, job.CountOf("Prepare"));
    }

    [Fact]
    public async Task A_job_that_fails_holds_up_no_other()
    {
        var job = new FakeJob { Shards = 2, On = call => call is { Name: "Prepare", Try: 1 } ? throw new BatchFunctionsException(ErrorKind.Request, "No.") : Task.CompletedTask };
        await using var engine = await _folder.OpenAsync(job, new FakeTimeProvider(), maxJobs: 1);
        await using var queue = RunningQueue.Of(engine);
        await engine.StartAsync(FakeJob.Request("bad"), Stop);
        await engine.StartAsync(FakeJob.Request("good"), Stop);

        await Wait.ForAsync(engine, "good", JobStatus.Succeeded);
        Assert.Equal(JobStatus.Failed, (await engine.FindAsync("bad", Stop))!.Status);
    }

    [Fact]
    public async Task A_job_that_cannot_be_run_is_logged_once_and_left()
    {
        await InterruptAsync("job-1");
        var loggers = new RecordingLoggers();
        var time = new FakeTimeProvider();
        await using (var engine = await _folder.OpenAsync(OtherWorkflows.Changed(new FakeJob(), "Swapped"), time, maxJobs: 1, loggers: loggers))
        {
            await using var queue = RunningQueue.Of(engine);
            await engine.StartAsync(FakeJob.Request("job-2"), Stop);
            await Wait.ForAsync(engine, "job-2", JobStatus.Running);
            Assert.Equal(JobChange.Accepted, await engine.CancelAsync("job-1", Stop));
            time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(JobStatus.Interrupted, (await engine.FindAsync("job-1", Stop))!.Status);
        }

        Assert.Equal(1, loggers.CountOf("Job job-1 cannot be run."));
        await using var right = await _folder.OpenAsync(new FakeJob());
        Assert.Equal(JobStatus.Cancelled, (await right.ResumeAsync("job-1", Stop)).Status);
    }

    [Fact]
    public async Task What_was_at_work_or_waiting_when_it_stopped_goes_on_in_its_order()
    {
        var time = new FakeTimeProvider();
        var first = new FakeJob { On = call => call is { Name: "ScoreShard", Number: 4 } ? Task.Delay(Timeout.Infinite, call.Stop) : Task.CompletedTask };
        string[] ids = ["d", "c", "b", "a"];
        await using (var engine = await _folder.OpenAsync(first, time, maxJobs: 2))
        {
            foreach (var id in ids)
            {
                await engine.StartAsync(FakeJob.Request(id), Stop);
                time.Advance(TimeSpan.FromSeconds(1));
            }

            await using (RunningQueue.Of(engine))
                await Wait.UntilAsync(() => first.CountOf("ScoreShard 4") == 2);
            Assert.Equal(
                [JobStatus.Interrupted, JobStatus.Interrupted, JobStatus.Pending, JobStatus.Pending],
                (await engine.ListAsync(Stop)).Reverse().Select(record => record.Status));
        }

        Assert.Equal(0, first.CountOf("Fail"));
        var second = new FakeJob();
        await using var again = await _folder.OpenAsync(second, time, maxJobs: 1);
        await using var queue = RunningQueue.Of(again);
        await Wait.ForAsync(again, "a", JobStatus.Succeeded);

        Assert.Equal(ids, second.Ends.Select(end => end.Job.JobId));
        Assert.Equal(["b", "a"], second.Prepared.Select(request => request.JobId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_job_is_lost_when_the_journal_dies_at_any_transaction(bool beforeCommit)
    {
        for (var death = 1; ; death++)
        {
            using var folder = new JournalFolder();
            var count = 0;
            void Die()
            {
                if (++count == death)
                    throw new IOException("The process died.");
            }

            var died = false;
            List<string> accepted = [];
            await using (var engine = await folder.OpenAsync(new FakeJob { Shards = 2 }, null, beforeCommit ? Die : null, beforeCommit ? null : Die, maxJobs: 2))
            {
                var queue = engine.RunQueueAsync(Stop);
                try
                {
                    foreach (var id in (string[])["a", "b", "c"])
                    {
                        await engine.StartAsync(FakeJob.Request(id), Stop);
                        accepted.Add(id);
                    }

                    await Wait.UntilAsync(async () => queue.IsCompleted || (await engine.ListAsync(Stop)).All(record => record.Result is not null));
                }
                catch (BatchFunctionsException failure) when (failure.Kind == ErrorKind.Environment)
                {
                }

                died = count >= death;
                if (died)
                    Assert.Equal(ErrorKind.Environment, (await Assert.ThrowsAsync<BatchFunctionsException>(() => queue)).Kind);
            }

            await using var final = await folder.OpenAsync(new FakeJob { Shards = 2 });
            Assert.Empty(accepted.Except((await final.ListAsync(Stop)).Select(record => record.JobId)));
            await using (RunningQueue.Of(final))
                await Wait.UntilAsync(async () => (await final.ListAsync(Stop)).All(record => record.Status == JobStatus.Succeeded));
            if (!died)
                break;
            Assert.InRange(death, 1, 200);
        }
    }

    [Fact]
    public async Task A_waiting_job_is_cancelled_at_once_and_never_prepared()
    {
        var gate = new TaskCompletionSource();
        var job = new FakeJob { Shards = 2, On = call => call.Name == "Plan" ? gate.Task.WaitAsync(call.Stop) : Task.CompletedTask };
        await using var engine = await _folder.OpenAsync(job, new FakeTimeProvider(), maxJobs: 1);
        await using var queue = RunningQueue.Of(engine);
        await engine.StartAsync(FakeJob.Request("busy"), Stop);
        await Wait.ForAsync(engine, "busy", JobStatus.Running);
        await engine.StartAsync(FakeJob.Request("waiting"), Stop);

        Assert.Equal(JobChange.Accepted, await engine.CancelAsync("waiting", Stop));

        var record = (await engine.FindAsync("waiting", Stop))!;
        Assert.Equal((JobStatus.Cancelled, JobStatus.Cancelled, null), (record.Status, record.Result!.Status, record.Result.RunFolder));
        Assert.Equal(JobChange.NotNow, await engine.CancelAsync("waiting", Stop));
        gate.SetResult();
        await Wait.ForAsync(engine, "busy", JobStatus.Succeeded);
        Assert.Equal("busy", Assert.Single(job.Prepared).JobId);
    }

    [Fact]
    public async Task A_job_that_somebody_else_left_in_the_middle_is_cancelled_by_the_queue()
    {
        var time = new FakeTimeProvider();
        await using var engine = await _folder.OpenAsync(new FakeJob(), time);
        await using var queue = RunningQueue.Of(engine);
        await InterruptAsync("job-1");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(JobStatus.Interrupted, (await engine.FindAsync("job-1", Stop))!.Status);

        Assert.Equal(JobChange.Accepted, await engine.CancelAsync("job-1", Stop));

        await Wait.ForAsync(engine, "job-1", JobStatus.Cancelled);
    }

    [Fact]
    public async Task Two_queues_on_one_journal_run_each_job_once()
    {
        var job = new FakeJob { Shards = 2 };
        await using var one = await _folder.OpenAsync(job, maxJobs: 3);
        await using var two = await _folder.OpenAsync(job, maxJobs: 3);
        await using var first = RunningQueue.Of(one);
        await using var second = RunningQueue.Of(two);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? one : two).StartAsync(FakeJob.Request($"job-{i}"), Stop)));
        await Wait.UntilAsync(async () => (await one.ListAsync(Stop)).All(record => record.Status == JobStatus.Succeeded));

        Assert.Equal(40, job.Prepared.Count);
        Assert.Equal(40, job.Ends.Select(end => end.Job.JobId).Distinct().Count());
    }

    [Fact]
    public async Task Closing_the_engine_ends_its_queue()
    {
        var job = new FakeJob { On = call => call.Name == "Plan" ? Task.Delay(Timeout.Infinite, call.Stop) : Task.CompletedTask };
        var engine = await _folder.OpenAsync(job);
        var queue = engine.RunQueueAsync(Stop);
        await engine.StartAsync(FakeJob.Request(), Stop);
        await Wait.UntilAsync(() => job.CountOf("Plan") == 1);

        await engine.DisposeAsync();

        await queue;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.StartAsync(FakeJob.Request("late"), Stop));
        await using var again = await _folder.OpenAsync(new FakeJob());
        Assert.Equal(JobStatus.Interrupted, (await again.FindAsync("job-1", Stop))!.Status);
    }

    private async Task InterruptAsync(string id)
    {
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var job = new FakeJob { On = call => call is { Name: "ScoreShard", Number: 4 } ? call.InterruptAsync(interrupt) : Task.CompletedTask };
        await using var engine = await _folder.OpenAsync(job);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.RunAsync(FakeJob.Request(id), interrupt.Token));
    }
}
