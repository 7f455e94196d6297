using BatchFunctions.Local.Tests.Fakes;
using BatchFunctions.Workflow;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace BatchFunctions.Local.Tests;

public sealed class ContinuationTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_that_dies_at_any_transaction_continues_to_the_same_result_and_repeats_nothing_recorded(bool beforeCommit)
    {
        for (var transaction = 1; ; transaction++)
        {
            if (!await DieAndContinueAsync(6, 2, [transaction], beforeCommit))
                break;
            Assert.InRange(transaction, 1, 200);
        }
    }

    [Fact]
    public async Task A_job_of_several_groups_that_dies_again_and_again_repeats_nothing_recorded()
    {
        await Gen.Int[1, 400].Array[1, 4].SampleAsync(
            async deaths =>
            {
                await DieAndContinueAsync(510, 3, deaths, deaths.Length % 2 == 0);
            },
            iter: 8,
            threads: 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(15)]
    [InlineData(25)]
    public async Task A_job_whose_process_is_killed_continues(int commits)
    {
        const int Shards = 64;
        using var folder = new JournalFolder();
        await using (var child = ChildProcess.Start(folder.JournalPath, Shards, 3))
        {
            Assert.Equal("committed", await child.WaitForCommitsAsync(commits, Stop));
            await child.KillAsync();
        }

        var recorded = Journaled.Activities(folder.JournalPath, Shards);
        var job = new FakeJob { Shards = Shards, MaxParallel = 3 };
        await using var engine = await folder.OpenAsync(job);
        Assert.Equal(JobStatus.Interrupted, (await engine.FindAsync("job-1", Stop))!.Status);

        var result = await engine.ResumeAsync("job-1", Stop);

        Assert.Equal((JobStatus.Succeeded, Shards * 100L), (result.Status, result.RecordsTotal));
        Assert.InRange(recorded.Count, commits == 1 ? 0 : 1, commits * 10);
        Assert.Empty(job.Calls.Intersect(recorded));
        Assert.Equal(Shards, job.Calls.Concat(recorded).Where(call => call.StartsWith("ScoreShard", StringComparison.Ordinal)).Distinct().Count());
    }

    [Fact]
    public async Task An_interrupted_job_lets_its_activities_go_and_continues()
    {
        using var folder = new JournalFolder();
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var first = new FakeJob
        {
            MaxParallel = 3,
            On = async call =>
            {
                if (call is not { Name: "ScoreShard", Number: 6 })
                    return;
                await call.InterruptAsync(interrupt);
            },
        };
        await using (var engine = await folder.OpenAsync(first))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.RunAsync(FakeJob.Request(), interrupt.Token));
            Assert.Equal(JobStatus.Interrupted, Assert.Single(await engine.ListAsync(Stop)).Status);
            Assert.DoesNotContain(await engine.ListFailedAttemptsAsync("job-1", Stop), _ => true);
        }

        var recorded = Journaled.Activities(folder.JournalPath, 10);
        Assert.Equal(first.Done.Where(call => call.StartsWith("ScoreShard", StringComparison.Ordinal)).Order(), recorded.Where(call => call.StartsWith("ScoreShard", StringComparison.Ordinal)).Order());
        var second = new FakeJob { MaxParallel = 3 };
        await using var again = await folder.OpenAsync(second);
        Assert.Equal(JobStatus.Succeeded, (await again.RunAsync(FakeJob.Request(), Stop)).Status);
        Assert.Empty(second.Calls.Intersect(recorded));
        Assert.Equal(1, second.CountOf("ScoreShard 6"));
    }

    [Fact]
    public async Task Closing_the_engine_interrupts_its_jobs()
    {
        using var folder = new JournalFolder();
        var atWork = new TaskCompletionSource();
        var job = new FakeJob
        {
            On = async call =>
            {
                if (call.Name != "Plan")
                    return;
                atWork.SetResult();
                await Task.Delay(Timeout.Infinite, call.Stop);
            },
        };
        var engine = await folder.OpenAsync(job);
        var running = engine.RunAsync(FakeJob.Request(), Stop);
        await atWork.Task;

        await engine.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Tries_are_counted_over_a_stop_and_the_wait_goes_on()
    {
        using var folder = new JournalFolder();
        var time = new FakeTimeProvider();
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var first = new FakeJob
        {
            MaxParallel = 1,
            On = call => call is { Name: "ScoreShard", Number: 0 } ? throw new TimeoutException() : Task.CompletedTask,
        };
        await using (var engine = await folder.OpenAsync(first, time))
        {
            var running = engine.RunAsync(FakeJob.Request(), interrupt.Token);
            while ((await engine.ListFailedAttemptsAsync("job-1", Stop)).Count == 0)
                await Task.Yield();
            await interrupt.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }

        var second = new FakeJob
        {
            MaxParallel = 1,
            On = call => call is { Name: "ScoreShard", Number: 0 } ? throw new BatchFunctionsException(ErrorKind.Environment, "Full.") : Task.CompletedTask,
        };
        var jumping = new JumpingTime();
        await using var again = await folder.OpenAsync(second, jumping);
        await again.RunAsync(FakeJob.Request(), Stop);
        var attempts = await again.ListFailedAttemptsAsync("job-1", Stop);
        Assert.Equal([1, 2], attempts.Select(attempt => attempt.Attempt));
    }

    [Fact]
    public async Task A_deadline_that_passed_while_nobody_ran_the_job_is_missed()
    {
        using var folder = new JournalFolder();
        var time = new FakeTimeProvider();
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var first = new FakeJob
        {
            Deadline = TimeSpan.FromHours(1),
            On = call => call is { Name: "ScoreShard", Number: 4 } ? call.InterruptAsync(interrupt) : Task.CompletedTask,
        };
        await using (var engine = await folder.OpenAsync(first, time))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.RunAsync(FakeJob.Request(), interrupt.Token));

        time.Advance(TimeSpan.FromHours(3));
        var told = new TaskCompletionSource();
        var second = new FakeJob
        {
            Deadline = TimeSpan.FromHours(1),
            On = call =>
            {
                if (call.Name == "Notify deadline_missed")
                    told.SetResult();
                return call is { Name: "ScoreShard", Number: 9 } ? told.Task.WaitAsync(call.Stop) : Task.CompletedTask;
            },
        };
        await using var again = await folder.OpenAsync(second, time);
        Assert.Equal(JobStatus.Succeeded, (await again.ResumeAsync("job-1", Stop)).Status);
        Assert.True(Assert.Single(second.Aggregates).DeadlineMissed);
        Assert.Equal(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), second.Aggregates.Single().StartedAt);
    }

    [Fact]
    public async Task A_cancellation_left_while_nobody_ran_the_job_is_heard_when_it_continues()
    {
        using var folder = new JournalFolder();
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var first = new FakeJob { On = call => call is { Name: "ScoreShard", Number: 2 } ? call.InterruptAsync(interrupt) : Task.CompletedTask };
        await using (var engine = await folder.OpenAsync(first))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.RunAsync(FakeJob.Request(), interrupt.Token));
            Assert.Equal(JobChange.Accepted, await engine.CancelAsync("job-1", Stop));
        }

        var second = new FakeJob();
        await using var again = await folder.OpenAsync(second);
        Assert.Equal(JobStatus.Cancelled, (await again.ResumeAsync("job-1", Stop)).Status);
        Assert.InRange(second.CountOf("ScoreShard"), 0, 7);
        Assert.Equal(0, second.CountOf("Publish"));
    }

    // Runs a job whose engine dies at the given transactions, one death each time it is continued, and then to its end.
    private static async Task<bool> DieAndContinueAsync(int shards, int maxParallel, int[] deaths, bool beforeCommit)
    {
        using var folder = new JournalFolder();
        var time = new JumpingTime();
        var died = false;
        foreach (var death in deaths)
        {
            var count = 0;
            void Die()
            {
                if (++count == death)
                    throw new IOException("The process died.");
            }

            var recorded = Journaled.Activities(folder.JournalPath, shards);
            var job = Job(shards, maxParallel);
            await using var engine = await folder.OpenAsync(job, time, beforeCommit ? Die : null, beforeCommit ? null : Die);
            try
            {
                Expect(await engine.RunAsync(FakeJob.Request(), Stop), shards);
            }
            catch (BatchFunctionsException failure) when (failure.Kind == ErrorKind.Environment)
            {
                died = true;
            }

            Assert.Empty(job.Calls.Intersect(recorded));
        }

        var before = Journaled.Activities(folder.JournalPath, shards);
        var last = Job(shards, maxParallel);
        await using var final = await folder.OpenAsync(last, time);
        Expect(await final.RunAsync(FakeJob.Request(), Stop), shards);
        Assert.Empty(last.Calls.Intersect(before));
        return died;
    }

    private static FakeJob Job(int shards, int maxParallel) => new()
    {
        Shards = shards,
        MaxParallel = maxParallel,
        On = call => call is { Name: "ScoreShard", Number: 3, Try: 1 } ? throw new TimeoutException() : Task.CompletedTask,
    };

    private static void Expect(JobResult result, int shards)
    {
        Assert.Equal(JobStatus.Succeeded, result.Status);
        Assert.Equal((shards * 100L, shards * 99L, (long)shards), (result.RecordsTotal, result.RecordsScored, result.RecordsFailed));
    }
}
