using BatchFunctions.Local.Tests.Fakes;
using BatchFunctions.Monitoring;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Time.Testing;

namespace BatchFunctions.Local.Tests;

public sealed class JobPathTests : IDisposable
{
    private readonly JournalFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_job_goes_through_every_step_in_order()
    {
        var job = new FakeJob { Shards = 3, MaxParallel = 1 };

        var result = await RunAsync(job);

        Assert.Equal(JobStatus.Succeeded, result.Status);
        Assert.Equal("out/job-1", result.RunFolder);
        Assert.Equal((300, 297, 3), (result.RecordsTotal, result.RecordsScored, result.RecordsFailed));
        Assert.Equal(
            [
                "Prepare", "Validate", "Plan", "ScoreShard 0", "ScoreShard 1", "ScoreShard 2", "AggregateGroup 0", "Aggregate", "Verify", "Publish",
                "Notify succeeded", "CleanUp",
            ],
            job.Calls.Where(call => call != "Notify started"));
        Assert.Equal(["started", "succeeded"], job.Events.Select(what => what.Name).Order(StringComparer.Ordinal));
        Assert.False(Assert.Single(job.Aggregates).DeadlineMissed);
    }

    [Fact]
    public async Task A_snapshot_is_hashed_while_its_shards_are_scored()
    {
        var (hashing, scored) = (new TaskCompletionSource(), new TaskCompletionSource());
        var job = new FakeJob
        {
            Shards = 3,
            MaxParallel = 1,
            HashesSnapshot = true,
            On = async call =>
            {
                if (call.Name == "HashSnapshot")
                {
                    hashing.SetResult();
                    await scored.Task.WaitAsync(call.Stop);
                }

                if (call is { Name: "ScoreShard", Number: 1 })
                    await hashing.Task.WaitAsync(call.Stop);
                if (call is { Name: "ScoreShard", Number: 2 })
                    scored.SetResult();
            },
        };

        Assert.Equal(JobStatus.Succeeded, (await RunAsync(job)).Status);
        Assert.Equal(1, job.CountOf("HashSnapshot"));
    }

    [Fact]
    public async Task A_plan_without_shards_is_aggregated_and_published()
    {
        var job = new FakeJob { Shards = 0 };
        Assert.Equal(JobStatus.Succeeded, (await RunAsync(job)).Status);
        Assert.Equal(0, job.CountOf("ScoreShard"));
    }

    [Fact]
    public async Task A_warning_publishes_and_is_told()
    {
        var job = new FakeJob { Verdict = JobStatus.SucceededWithWarnings };

        var result = await RunAsync(job);

        Assert.Equal(JobStatus.SucceededWithWarnings, result.Status);
        Assert.Equal("too many failed records", Assert.Single(result.Warnings));
        Assert.Equal(JobStatus.SucceededWithWarnings, Assert.Single(job.Ends).Status);
        Assert.Equal((1, 0, 1), (job.CountOf("Publish"), job.CountOf("Fail"), job.CountOf("Notify warned")));
    }

    [Theory]
    [InlineData(JobStatus.SucceededWithWarnings)]
    [InlineData(JobStatus.Failed)]
    public async Task Alarms_are_told_as_drift_and_as_other_alarms_before_the_job_ends(JobStatus verdict)
    {
        var job = new FakeJob
        {
            Verdict = verdict,
            Alarms =
            [
                new(AlarmKind.FailedRecords, null, "max_failed_records", 10, 5, "10 records failed."),
                new(AlarmKind.Deadline, null, "deadline", null, 60, "Too late."),
                new(AlarmKind.Drift, "age", "psi", 0.3, 0.2, "age moved."),
                new(AlarmKind.Volume, null, "min_ratio", 0.1, 0.5, "Few records."),
                new(AlarmKind.Drift, "score", "ks", 0.3, 0.2, "The scores moved."),
            ],
        };

        await RunAsync(job);

        Assert.Equal(
            [("alarm", "10 records failed. Few records."), ("drift", "age moved. The scores moved.")],
            job.Events.Where(what => what.Name is "alarm" or "drift").Select(what => (what.Name, what.Message)));
        string[] calls = [.. job.Calls];
        Assert.True(Array.IndexOf(calls, "Notify drift") < Array.IndexOf(calls, verdict == JobStatus.Failed ? "Fail" : "Publish"));
    }

    [Fact]
    public async Task A_breach_of_the_policy_fails_the_job_and_publishes_nothing()
    {
        var job = new FakeJob { Verdict = JobStatus.Failed };

        var result = await RunAsync(job);

        Assert.Equal((JobStatus.Failed, ErrorKind.Policy), (result.Status, result.ErrorKind));
        Assert.Equal("too many failed records", result.Error);
        Assert.Equal(1000, result.RecordsTotal);
        Assert.Equal((0, 0, 1, 0), (job.CountOf("Verify"), job.CountOf("Publish"), job.CountOf("Notify failed"), job.CountOf("CleanUp")));
    }

    [Fact]
    public async Task A_passing_error_is_tried_again_with_growing_waits()
    {
        var time = new JumpingTime();
        var job = new FakeJob
        {
            On = call => call is { Name: "ScoreShard", Number: 4, Try: <= 2 }
                ? throw new BatchFunctionsException(ErrorKind.Transient, "The store is busy.")
                : Task.CompletedTask,
        };
        await using var engine = await _folder.OpenAsync(job, time);
        List<RetryNotice> notices = [];
        engine.Retrying += (_, notice) => notices.Add(notice);

        var result = await engine.RunAsync(FakeJob.Request(), Stop);

        Assert.Equal(JobStatus.Succeeded, result.Status);
        Assert.Equal(3, job.CountOf("ScoreShard 4"));
        Assert.Equal([("ScoreShard", 1), ("ScoreShard", 2)], notices.Select(notice => (notice.Activity, notice.Attempt)));
        Assert.Equal(time.Waits, notices.Select(notice => notice.Delay));
        Assert.Collection(
            time.Waits,
            wait => Assert.InRange(wait, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11)),
            wait => Assert.InRange(wait, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(22)));
        var attempts = await engine.ListFailedAttemptsAsync("job-1", Stop);
        Assert.Equal([1, 2], attempts.Select(attempt => attempt.Attempt));
        Assert.All(attempts, attempt => Assert.Equal(("ScoreShard", "The store is busy."), (attempt.Activity, attempt.Message)));
    }

    [Theory]
    [InlineData(ErrorKind.Request)]
    [InlineData(ErrorKind.Integrity)]
    [InlineData(ErrorKind.Policy)]
    [InlineData(ErrorKind.Environment)]
    public async Task An_error_that_would_come_back_is_not_tried_again_and_stops_the_scoring(ErrorKind kind)
    {
        var job = new FakeJob
        {
            Shards = 600,
            MaxParallel = 4,
            On = call => call is { Name: "ScoreShard", Number: 20 } ? throw new BatchFunctionsException(kind, "Column age is missing.") : Task.CompletedTask,
        };

        var result = await RunAsync(job);

        Assert.Equal((JobStatus.Failed, kind), (result.Status, result.ErrorKind));
        Assert.Equal("Shard 20: Column age is missing.", result.Error);
        Assert.Equal(1, job.CountOf("ScoreShard 20"));
        Assert.InRange(job.CountOf("ScoreShard"), 21, 100);
        Assert.Equal((1, 0, 0), (job.CountOf("Fail"), job.CountOf("Aggregate"), job.CountOf("Publish")));
    }

    [Fact]
    public async Task Memory_trouble_halves_the_batch_until_it_fits()
    {
        var job = new FakeJob
        {
            Shards = 3,
            On = call => call is { Name: "ScoreShard", Number: 1, Divisor: < 8 } ? throw new InsufficientMemoryException() : Task.CompletedTask,
        };

        Assert.Equal(JobStatus.Succeeded, (await RunAsync(job)).Status);
        Assert.Equal([1, 2, 4, 8], job.ShardRequests.Where(request => request.Shard == 1).Select(request => request.BatchDivisor));
    }

    [Fact]
    public async Task Memory_trouble_that_never_ends_fails_the_job_after_the_other_shards_were_scored()
    {
        var job = new FakeJob
        {
            On = call => call is { Name: "ScoreShard", Number: 1 } ? throw new BatchFunctionsException(ErrorKind.Memory, "Too little.") : Task.CompletedTask,
        };

        var result = await RunAsync(job);

        Assert.Equal((JobStatus.Failed, ErrorKind.Memory, "Shard 1: Too little."), (result.Status, result.ErrorKind, result.Error));
        Assert.Equal([1, 2, 4, 8, 16, 32, 64], job.ShardRequests.Where(request => request.Shard == 1).Select(request => request.BatchDivisor));
        Assert.Equal(9, job.Done.Count(call => call.StartsWith("ScoreShard", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Shards_that_failed_of_passing_errors_get_another_pass_before_the_job_gives_up()
    {
        var job = new FakeJob
        {
            Shards = 600,
            MaxParallel = 3,
            On = call => call is { Name: "ScoreShard", Number: 7 or 300 or 301, Try: <= 4 } ? throw new TimeoutException() : Task.CompletedTask,
        };

        Assert.Equal(JobStatus.Succeeded, (await RunAsync(job, new JumpingTime())).Status);
        Assert.All(new[] { 7, 300, 301 }, shard => Assert.Equal(5, job.Calls.Count(call => call == $"ScoreShard {shard}")));
        Assert.Equal(600, job.Done.Where(call => call.StartsWith("ScoreShard", StringComparison.Ordinal)).Distinct().Count());
        Assert.Equal(612, job.CountOf("ScoreShard"));
    }

    [Fact]
    public async Task A_job_fails_with_its_first_failed_shard_once_every_other_is_scored()
    {
        var job = new FakeJob
        {
            Shards = 600,
            MaxParallel = 3,
            On = call => call is { Name: "ScoreShard", Number: 401 or 7 } ? throw new InvalidOperationException($"No {call.Number}.") : Task.CompletedTask,
        };

        var result = await RunAsync(job, new JumpingTime());

        Assert.Equal((JobStatus.Failed, ErrorKind.Internal), (result.Status, result.ErrorKind));
        Assert.Equal("Shard 7: InvalidOperationException: No 7.", result.Error);
        Assert.Equal(598, job.Done.Count(call => call.StartsWith("ScoreShard", StringComparison.Ordinal)));
        Assert.Equal(6, job.Calls.Count(call => call == "ScoreShard 7"));
    }

    [Fact]
    public async Task What_a_group_tells_fits_through_the_engine_even_if_every_shard_fails_at_length()
    {
        var message = new string('ü', 5000);
        var job = new FakeJob
        {
            Shards = 500,
            MaxParallel = 8,
            Retry = RetryPolicy.None,
            On = call => call.Name == "ScoreShard" ? throw new BatchFunctionsException(ErrorKind.Transient, message) : Task.CompletedTask,
        };

        var result = await RunAsync(job, new JumpingTime());

        Assert.Equal((JobStatus.Failed, ErrorKind.Transient), (result.Status, result.ErrorKind));
        Assert.StartsWith("Shard 0: üüü", result.Error, StringComparison.Ordinal);
        Assert.Equal(1000, job.CountOf("ScoreShard"));
    }

    [Fact]
    public async Task An_error_that_stops_the_scoring_leaves_no_time_for_another_pass()
    {
        var job = new FakeJob
        {
            MaxParallel = 1,
            Retry = RetryPolicy.None,
            On = call => call switch
            {
                { Name: "ScoreShard", Number: 2 } => throw new TimeoutException(),
                { Name: "ScoreShard", Number: 5 } => throw new BatchFunctionsException(ErrorKind.Integrity, "The file has changed."),
                _ => Task.CompletedTask,
            },
        };

        var result = await RunAsync(job);

        Assert.Equal((ErrorKind.Integrity, "Shard 5: The file has changed."), (result.ErrorKind, result.Error));
        Assert.Equal(6, job.CountOf("ScoreShard"));
    }

    [Fact]
    public async Task A_cancelled_job_starts_no_more_shards_and_publishes_nothing()
    {
        EmbeddedEngine engine = null!;
        var job = new FakeJob
        {
            Shards = 1000,
            MaxParallel = 4,
            On = async call =>
            {
                if (call is { Name: "ScoreShard", Number: 10 })
                    Assert.Equal(JobChange.Accepted, await engine.CancelAsync("job-1", Stop));
            },
        };
        await using var opened = engine = await _folder.OpenAsync(job);

        var result = await engine.RunAsync(FakeJob.Request(), Stop);

        Assert.Equal((JobStatus.Cancelled, null), (result.Status, result.Error));
        Assert.InRange(job.CountOf("ScoreShard"), 11, 500);
        Assert.Equal(JobStatus.Cancelled, Assert.Single(job.Ends).Status);
        Assert.Equal((1, 0, 1, 0), (job.CountOf("Fail"), job.CountOf("Publish"), job.CountOf("Notify cancelled"), job.CountOf("CleanUp")));
        Assert.Equal(JobChange.NotNow, await engine.CancelAsync("job-1", Stop));
    }

    [Theory]
    [InlineData("Prepare", JobStatus.Cancelled)]
    [InlineData("Plan", JobStatus.Cancelled)]
    [InlineData("AggregateGroup", JobStatus.Cancelled)]
    [InlineData("Verify", JobStatus.Cancelled)]
    [InlineData("Publish", JobStatus.Succeeded)]
    public async Task A_job_can_be_cancelled_until_it_is_published(string during, JobStatus status)
    {
        EmbeddedEngine engine = null!;
        var time = new FakeTimeProvider();
        var job = new FakeJob
        {
            On = async call =>
            {
                if (call.Name == during)
                    await engine.CancelAsync("job-1", Stop);
            },
        };
        await using var opened = engine = await _folder.OpenAsync(job, time);

        Assert.Equal(status, (await engine.RunAsync(FakeJob.Request(), Stop)).Status);
        Assert.Equal(status == JobStatus.Succeeded ? 1 : 0, job.CountOf("Publish"));
    }

    [Fact]
    public async Task A_missed_deadline_is_told_once_and_the_job_goes_on()
    {
        var time = new FakeTimeProvider();
        var told = new TaskCompletionSource();
        var job = new FakeJob
        {
            Deadline = TimeSpan.FromHours(2),
            On = async call =>
            {
                if (call.Name == "Notify deadline_missed")
                    told.SetResult();
                if (call is not { Name: "ScoreShard", Number: 5 })
                    return;
                time.Advance(TimeSpan.FromHours(2));
                await told.Task.WaitAsync(call.Stop);
            },
        };

        var result = await RunAsync(job, time);

        Assert.Equal(JobStatus.Succeeded, result.Status);
        Assert.True(Assert.Single(job.Aggregates).DeadlineMissed);
        Assert.Equal(1, job.CountOf("Notify deadline_missed"));
        Assert.Equal(10, job.CountOf("ScoreShard"));
    }

    [Theory]
    [InlineData("Notify started")]
    [InlineData("Notify succeeded")]
    [InlineData("CleanUp")]
    public async Task A_failing_notification_or_clean_up_never_fails_the_job(string failing)
    {
        var job = new FakeJob { On = call => call.Name == failing ? throw new BatchFunctionsException(ErrorKind.Environment, "No.") : Task.CompletedTask };
        Assert.Equal(JobStatus.Succeeded, (await RunAsync(job)).Status);
    }

    [Fact]
    public async Task A_job_that_cannot_be_prepared_has_no_run_folder()
    {
        var job = new FakeJob
        {
            On = call => call.Name == "Prepare" ? throw new BatchFunctionsException(ErrorKind.Request, "No such model.") : Task.CompletedTask,
        };

        var result = await RunAsync(job);

        Assert.Equal((JobStatus.Failed, ErrorKind.Request, "No such model."), (result.Status, result.ErrorKind, result.Error));
        Assert.Null(result.RunFolder);
        Assert.Equal(["Notify failed", "Notify step_failed", "Prepare"], job.Calls.Order(StringComparer.Ordinal));
        Assert.All(job.Events, what => Assert.Equal((null, what.JobId), (what.WorkFolder, what.Request?.JobId)));
    }

    [Theory]
    [InlineData("Validate")]
    [InlineData("Plan")]
    [InlineData("HashSnapshot")]
    [InlineData("AggregateGroup")]
    [InlineData("Aggregate")]
    [InlineData("Verify")]
    [InlineData("Publish")]
    public async Task A_failing_step_fails_the_job_and_is_written_down(string failing)
    {
        var job = new FakeJob
        {
            HashesSnapshot = failing == "HashSnapshot",
            On = call => call.Name == failing ? throw new BatchFunctionsException(ErrorKind.Integrity, "Not as pinned.") : Task.CompletedTask,
        };

        var result = await RunAsync(job);

        Assert.Equal((JobStatus.Failed, ErrorKind.Integrity, "Not as pinned."), (result.Status, result.ErrorKind, result.Error));
        Assert.Equal("out/job-1", result.RunFolder);
        Assert.Equal((1, 1, 0), (job.CountOf("Fail"), job.CountOf("Notify failed"), job.CountOf("CleanUp")));
        Assert.Equal(1, job.Calls.Count(call => call.StartsWith(failing, StringComparison.Ordinal) && !call.StartsWith(failing + "G", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_failure_that_cannot_be_written_down_is_still_the_result()
    {
        var job = new FakeJob
        {
            On = call => call.Name is "Validate" or "Fail" ? throw new BatchFunctionsException(ErrorKind.Environment, call.Name + " broke.") : Task.CompletedTask,
        };

        var result = await RunAsync(job);

        Assert.Equal((JobStatus.Failed, ErrorKind.Environment), (result.Status, result.ErrorKind));
        Assert.StartsWith("Validate broke.", result.Error, StringComparison.Ordinal);
        Assert.EndsWith("Fail broke.", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 0)]
    [InlineData(8, 0)]
    [InlineData(40, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 16)]
    public async Task At_most_so_many_shards_are_at_work_over_all_groups_as_are_scored_and_committed(int maxParallel, int committing)
    {
        var job = new FakeJob { Shards = 1010, MaxParallel = maxParallel, Committing = committing, On = async call => await Task.Yield() };

        Assert.Equal(JobStatus.Succeeded, (await RunAsync(job)).Status);
        Assert.InRange(job.MostAtWork, 1, maxParallel + committing);
        Assert.Equal(1010, job.Calls.Where(call => call.StartsWith("ScoreShard", StringComparison.Ordinal)).Distinct().Count());
        Assert.Equal(1010, job.CountOf("ScoreShard"));
        Assert.Equal(["AggregateGroup 0", "AggregateGroup 1000", "AggregateGroup 250", "AggregateGroup 500", "AggregateGroup 750"],
            job.Calls.Where(call => call.StartsWith("AggregateGroup", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_slow_shard_holds_up_only_its_own_slot()
    {
        var left = 899;
        var rest = new TaskCompletionSource();
        var job = new FakeJob
        {
            Shards = 900,
            MaxParallel = 4,
            On = async call =>
            {
                if (call is { Name: "ScoreShard", Number: 100 })
                    await rest.Task.WaitAsync(call.Stop);
                else if (call.Name == "ScoreShard" && Interlocked.Decrement(ref left) == 0)
                    rest.SetResult();
            },
        };

        Assert.Equal(JobStatus.Succeeded, (await RunAsync(job)).Status);
    }

    [Fact]
    public async Task A_limit_above_the_size_of_a_group_is_used_by_several_groups()
    {
        var left = 600;
        var all = new TaskCompletionSource();
        var job = new FakeJob
        {
            Shards = 700,
            MaxParallel = 600,
            On = async call =>
            {
                if (call.Name == "ScoreShard" && Interlocked.Decrement(ref left) == 0)
                    all.SetResult();
                if (call.Name == "ScoreShard")
                    await all.Task.WaitAsync(call.Stop);
            },
        };

        Assert.Equal(JobStatus.Succeeded, (await RunAsync(job)).Status);
        Assert.Equal(600, job.MostAtWork);
    }

    [Fact]
    public async Task Progress_counts_up_to_all_shards_and_records()
    {
        var job = new FakeJob { Shards = 600, MaxParallel = 3 };
        await using var engine = await _folder.OpenAsync(job);
        var seen = new List<JobProgress>();
        engine.ProgressChanged += (id, progress) => seen.Add(progress);

        await engine.RunAsync(FakeJob.Request(), Stop);

        var scoring = seen.Where(progress => progress.Step == "Score").ToArray();
        Assert.Equal(scoring.Select(progress => progress.ShardsDone).Order(), scoring.Select(progress => progress.ShardsDone));
        Assert.Equal(new JobProgress("Score", 600, 600, 0, 60_000, 60_000, 600), scoring[^1]);
        Assert.Equal(
            ["Prepare", "Validate", "Plan", "Score", "Aggregate", "Verify", "Publish", "Notify", "CleanUp"],
            seen.Select(progress => progress.Step).Distinct());
        var record = await engine.FindAsync("job-1", Stop);
        Assert.Equal((600, 60_000L), (record!.Progress!.ShardsDone, record.Progress.RecordsDone));
    }

    private async Task<JobResult> RunAsync(FakeJob job, TimeProvider? time = null)
    {
        await using var engine = await _folder.OpenAsync(job, time);
        return await engine.RunAsync(FakeJob.Request(), Stop);
    }
}
