using BatchFunctions.Local.Tests.Fakes;
using BatchFunctions.Workflow;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace BatchFunctions.Local.Tests;

public sealed class EngineTests : IDisposable
{
    private readonly JournalFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_job_that_has_ended_gives_its_recorded_result_and_runs_nothing()
    {
        JobResult first;
        await using (var engine = await _folder.OpenAsync(new FakeJob { Verdict = JobStatus.SucceededWithWarnings }))
            first = await engine.RunAsync(FakeJob.Request(), Stop);

        var job = new FakeJob();
        await using var again = await _folder.OpenAsync(job);

        Assert.Equivalent(first, await again.RunAsync(FakeJob.Request(), Stop));
        Assert.Equivalent(first, await again.ResumeAsync("job-1", Stop));
        Assert.Empty(job.Calls);
        var record = Assert.Single(await again.ListAsync(Stop));
        Assert.Equal((JobStatus.SucceededWithWarnings, "CleanUp"), (record.Status, record.Progress!.Step));
        Assert.Equivalent(first, record.Result);
    }

    [Fact]
    public async Task An_id_belongs_to_one_request_whenever_and_by_whomever_it_is_made()
    {
        await using var engine = await _folder.OpenAsync(new FakeJob());
        await engine.RunAsync(FakeJob.Request(), Stop);

        var later = FakeJob.Request() with { RequestedAt = DateTimeOffset.UnixEpoch, Trigger = "http" };
        Assert.Equal(JobStatus.Succeeded, (await engine.RunAsync(later, Stop)).Status);
        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(() => engine.RunAsync(later with { MaxParallel = 7 }, Stop));
        Assert.Equal(ErrorKind.Request, failure.Kind);
        Assert.Contains("another request", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../elsewhere")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("größe")]
    public async Task An_id_of_other_characters_is_refused(string id)
    {
        await using var engine = await _folder.OpenAsync(new FakeJob());
        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(() => engine.RunAsync(FakeJob.Request(id), Stop));
        Assert.Equal(ErrorKind.Request, failure.Kind);
        Assert.Empty(await engine.ListAsync(Stop));
    }

    [Fact]
    public async Task A_job_that_is_not_there_cannot_be_continued_found_or_cancelled()
    {
        await using var engine = await _folder.OpenAsync(new FakeJob());
        Assert.Equal(ErrorKind.Request, (await Assert.ThrowsAsync<BatchFunctionsException>(() => engine.ResumeAsync("nope", Stop))).Kind);
        Assert.Null(await engine.FindAsync("nope", Stop));
        Assert.Equal(JobChange.NoSuchJob, await engine.CancelAsync("nope", Stop));
    }

    [Fact]
    public async Task Asking_twice_for_a_job_at_work_gives_both_its_one_result()
    {
        var gate = new TaskCompletionSource();
        var job = new FakeJob { On = call => call.Name == "Plan" ? gate.Task.WaitAsync(call.Stop) : Task.CompletedTask };
        await using var engine = await _folder.OpenAsync(job);

        var one = engine.RunAsync(FakeJob.Request(), Stop);
        var two = engine.RunAsync(FakeJob.Request(), Stop);
        gate.SetResult();

        Assert.Equivalent(await one, await two, strict: true);
        Assert.Equal(1, job.CountOf("Prepare"));
    }

    [Fact]
    public async Task Several_jobs_run_side_by_side_in_one_engine_and_in_several()
    {
        var job = new FakeJob { Shards = 300, On = async _ => await Task.Yield() };
        await using var one = await _folder.OpenAsync(job);
        await using var two = await _folder.OpenAsync(job);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? one : two).RunAsync(FakeJob.Request($"job-{i}"), Stop)));

        Assert.All(results, result => Assert.Equal(JobStatus.Succeeded, result.Status));
        Assert.Equal(8 * 300, job.CountOf("ScoreShard"));
        var listed = await one.ListAsync(Stop);
        Assert.Equal(8, listed.Count);
        Assert.Equal(listed.OrderByDescending(record => record.CreatedAt).Select(record => record.JobId), listed.Select(record => record.JobId));
    }

    [Fact]
    public async Task The_engines_own_limit_holds_over_all_jobs()
    {
        var job = new FakeJob { Shards = 50, MaxParallel = 20, On = async _ => await Task.Yield() };
        await using var engine = await EmbeddedEngine.OpenAsync(
            new EmbeddedEngineOptions { JournalPath = _folder.JournalPath, MaxConcurrentActivities = 2 },
            job.Catalog(),
            TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
            Stop);
        await Task.WhenAll(engine.RunAsync(FakeJob.Request("a"), Stop), engine.RunAsync(FakeJob.Request("b"), Stop));
        Assert.InRange(job.MostAtWork, 1, 2);
    }

    [Fact]
    public async Task A_second_engine_is_told_who_runs_the_job_and_may_watch_and_cancel_it()
    {
        var time = new FakeTimeProvider();
        var atWork = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var job = new FakeJob
        {
            Shards = 100,
            MaxParallel = 1,
            On = async call =>
            {
                if (call is not { Name: "ScoreShard", Number: 10 })
                    return;
                atWork.SetResult();
                await gate.Task.WaitAsync(call.Stop);
            },
        };
        await using var owner = await _folder.OpenAsync(job, time);
        var running = owner.RunAsync(FakeJob.Request(), Stop);
        await atWork.Task.WaitAsync(Stop);
        await using var other = await _folder.OpenAsync(new FakeJob());

        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(() => other.RunAsync(FakeJob.Request(), Stop));
        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(JobStatus.Running, (await other.FindAsync("job-1", Stop))!.Status);

        Assert.Equal(JobChange.Accepted, await other.CancelAsync("job-1", Stop));
        time.Advance(TimeSpan.FromSeconds(1));
        gate.SetResult();
        Assert.Equal(JobStatus.Cancelled, (await running).Status);
        Assert.InRange(job.CountOf("ScoreShard"), 11, 12);
        Assert.Equal(JobStatus.Cancelled, (await other.FindAsync("job-1", Stop))!.Status);
    }

    [Fact]
    public async Task A_second_process_is_told_who_runs_the_job_and_takes_it_over_when_that_is_killed()
    {
        await using var child = ChildProcess.Start(_folder.JournalPath, 20, 2);
        Assert.Equal("committed", await child.WaitForCommitsAsync(4, Stop));
        await using var engine = await _folder.OpenAsync(new FakeJob { Shards = 20 });

        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(() => engine.RunAsync(FakeJob.Request(), Stop));
        Assert.Contains($"process {child.Id} on", failure.Message, StringComparison.Ordinal);
        Assert.Equal(JobStatus.Running, (await engine.FindAsync("job-1", Stop))!.Status);

        await child.KillAsync();
        Assert.Equal(JobStatus.Interrupted, (await engine.FindAsync("job-1", Stop))!.Status);
        Assert.Equal(JobStatus.Succeeded, (await engine.RunAsync(FakeJob.Request(), Stop)).Status);
    }

    [Fact]
    public async Task A_job_of_another_process_can_be_cancelled()
    {
        await using var child = ChildProcess.Start(_folder.JournalPath, 5000, 1);
        Assert.Equal("committed", await child.WaitForCommitsAsync(4, Stop));
        await using var engine = await _folder.OpenAsync(new FakeJob());

        Assert.Equal(JobChange.Accepted, await engine.CancelAsync("job-1", Stop));
        child.GoOn();

        Assert.Equal("Cancelled", await child.WaitForCommitsAsync(4000, Stop));
    }

    [Fact]
    public async Task Data_does_not_travel_through_the_engine()
    {
        var job = new FakeJob
        {
            On = call => call.Name == "Validate" ? throw new BatchFunctionsException(ErrorKind.Request, new string('x', 100_000)) : Task.CompletedTask,
        };
        await using var engine = await _folder.OpenAsync(job);
        Assert.Equal(ActivityFailure.MaxMessageLength, (await engine.RunAsync(FakeJob.Request("long"), Stop)).Error!.Length);

        var heavy = new FakeJob();
        await using var other = await _folder.OpenAsync(OtherWorkflows.HeavyPlan(heavy));
        var result = await other.RunAsync(FakeJob.Request("heavy"), Stop);
        Assert.Equal((JobStatus.Failed, ErrorKind.Internal), (result.Status, result.ErrorKind));
        Assert.Contains("refuses the output of activity Heavy", result.Error, StringComparison.Ordinal);
        Assert.Contains("65536", result.Error, StringComparison.Ordinal);

        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(
            () => engine.RunAsync(FakeJob.Request("big") with { Input = new string('x', 70_000) }, Stop));
        Assert.Equal(ErrorKind.Request, failure.Kind);
    }

    [Theory]
    [InlineData("Swapped")]
    [InlineData("Shorter")]
    public async Task A_workflow_that_has_changed_meanwhile_is_not_continued_with_the_wrong_code(string how)
    {
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var first = new FakeJob { On = call => call is { Name: "ScoreShard", Number: 4 } ? call.InterruptAsync(interrupt) : Task.CompletedTask };
        await using (var engine = await _folder.OpenAsync(first))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.RunAsync(FakeJob.Request(), interrupt.Token));

        await using (var engine = await _folder.OpenAsync(OtherWorkflows.Changed(new FakeJob(), how)))
        {
            var failure = await Assert.ThrowsAsync<BatchFunctionsException>(() => engine.RunAsync(FakeJob.Request(), Stop));
            Assert.Equal(ErrorKind.Request, failure.Kind);
            Assert.Contains("The workflow has changed since", failure.Message, StringComparison.Ordinal);
            Assert.Equal(JobStatus.Interrupted, (await engine.FindAsync("job-1", Stop))!.Status);
        }

        await using var right = await _folder.OpenAsync(new FakeJob());
        Assert.Equal(JobStatus.Succeeded, (await right.RunAsync(FakeJob.Request(), Stop)).Status);
    }

    [Fact]
    public async Task A_workflow_that_awaits_something_else_is_stopped()
    {
        var foreign = new TaskCompletionSource();
        var job = new FakeJob
        {
            On = async call =>
            {
                foreign.SetResult();
                await Task.Delay(Timeout.Infinite, call.Stop);
            },
        };
        await using var engine = await _folder.OpenAsync(OtherWorkflows.Foreign(job, foreign.Task));
        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(() => engine.RunAsync(FakeJob.Request(), Stop));
        Assert.Contains("awaited something that is not from its context", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_of_a_later_version_or_of_something_else_is_refused()
    {
        await using (await _folder.OpenAsync(new FakeJob()))
        {
        }

        await using (var connection = new SqliteConnection($"Data Source={_folder.JournalPath};Pooling=False"))
        {
            connection.Open();
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        var later = await Assert.ThrowsAsync<BatchFunctionsException>(() => _folder.OpenAsync(new FakeJob()));
        Assert.Contains("later version", later.Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(_folder.JournalPath, new string('x', 5000), Stop);
        var other = await Assert.ThrowsAsync<BatchFunctionsException>(() => _folder.OpenAsync(new FakeJob()));
        Assert.Equal(ErrorKind.Environment, other.Kind);
    }

    [Fact]
    public async Task Nothing_of_an_ended_job_stays_behind_but_its_record_and_its_failed_tries()
    {
        var job = new FakeJob { Shards = 600, On = call => call is { Name: "ScoreShard", Number: 5, Try: 1 } ? throw new TimeoutException() : Task.CompletedTask };
        await using (var engine = await _folder.OpenAsync(job, new JumpingTime()))
        {
            await engine.RunAsync(FakeJob.Request(), Stop);
            Assert.Single(await engine.ListFailedAttemptsAsync("job-1", Stop));
        }

        await using var connection = new SqliteConnection($"Data Source={_folder.JournalPath};Pooling=False");
        connection.Open();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT COUNT(*) FROM history) + (SELECT COUNT(*) FROM inbox)";
        Assert.Equal(0L, command.ExecuteScalar());
        Assert.Empty(Directory.GetFiles(_folder.JournalPath + ".locks"));
    }
}
