using BatchFunctions.Local.Tests.Fakes;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Time.Testing;

namespace BatchFunctions.Local.Tests;

public sealed class StartTests : IDisposable
{
    private readonly JournalFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_started_job_waits_and_is_there_when_the_process_is_gone()
    {
        var time = new FakeTimeProvider();
        await using (var engine = await _folder.OpenAsync(new FakeJob(), time))
        {
            var start = await engine.StartAsync(FakeJob.Request() with { Run = 7, PipelineName = "churn" }, Stop);
            Assert.Equal((true, true, JobStatus.Pending), (start.IsNew, start.IsSame, start.Job.Status));
            Assert.Equal((time.GetUtcNow(), 1, null), (start.Job.CreatedAt, start.Job.Request.Run, start.Job.Owner));
        }

        var job = new FakeJob();
        await using var later = await _folder.OpenAsync(job, time);
        var record = (await later.FindAsync("job-1", Stop))!;
        Assert.Equal((JobStatus.Pending, "churn"), (record.Status, record.Request.PipelineName));
        Assert.Empty(job.Calls);
        Assert.Equal(JobStatus.Succeeded, (await later.ResumeAsync("job-1", Stop)).Status);
    }

    [Fact]
    public async Task A_repeated_start_starts_nothing_and_says_whether_it_meant_the_same()
    {
        await using var engine = await _folder.OpenAsync(new FakeJob());
        var first = await engine.StartAsync(FakeJob.Request(), Stop);

        var again = await engine.StartAsync(FakeJob.Request() with { RequestedAt = DateTimeOffset.UnixEpoch, Trigger = "http" }, Stop);
        Assert.Equal((false, true), (again.IsNew, again.IsSame));
        Assert.Equal(first.Job, again.Job);

        var other = await engine.StartAsync(FakeJob.Request() with { Model = "churn@2.0.0" }, Stop);
        Assert.Equal((false, false), (other.IsNew, other.IsSame));
        Assert.Null(other.Job.Request.Model);

        await engine.RunAsync(FakeJob.Request(), Stop);
        var ended = await engine.StartAsync(FakeJob.Request(), Stop);
        Assert.Equal((false, true, JobStatus.Succeeded), (ended.IsNew, ended.IsSame, ended.Job.Status));
        Assert.NotNull(ended.Job.Result);
    }

    [Fact]
    public async Task Of_many_starts_of_one_id_at_once_one_is_new()
    {
        var job = new FakeJob();
        await using var one = await _folder.OpenAsync(job);
        await using var two = await _folder.OpenAsync(job);

        var starts = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => (i % 2 == 0 ? one : two).StartAsync(FakeJob.Request(), Stop))));

        Assert.Single(starts, start => start.IsNew);
        Assert.All(starts, start => Assert.True(start.IsSame));
        Assert.Single(await one.ListAsync(Stop));
    }

    [Fact]
    public async Task Starts_that_come_while_the_disk_is_busy_share_the_next_transaction()
    {
        using var writing = new SemaphoreSlim(0);
        using var disk = new ManualResetEventSlim();
        var transactions = 0;
        await using var engine = await _folder.OpenAsync(new FakeJob(), beforeCommit: () =>
        {
            transactions++;
            writing.Release();
            disk.Wait(Stop);
        });
        var first = engine.StartAsync(FakeJob.Request("first"), Stop);
        await writing.WaitAsync(Stop);
        var others = Enumerable.Range(0, 200).Select(i => engine.StartAsync(FakeJob.Request($"job-{i}"), Stop)).ToArray();
        Assert.Null(await engine.FindAsync("first", Stop));
        disk.Set();

        Assert.True((await first).IsNew);
        Assert.All(await Task.WhenAll(others), start => Assert.True(start.IsNew));
        Assert.Equal(2, transactions);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a/../b")]
    public async Task A_malformed_start_is_refused_and_leaves_nothing(string id)
    {
        await using var engine = await _folder.OpenAsync(new FakeJob());
        Assert.Equal(ErrorKind.Request, (await Assert.ThrowsAsync<BatchFunctionsException>(() => engine.StartAsync(FakeJob.Request(id), Stop))).Kind);
        var big = FakeJob.Request() with { Input = new string('x', 70_000) };
        Assert.Equal(ErrorKind.Request, (await Assert.ThrowsAsync<BatchFunctionsException>(() => engine.StartAsync(big, Stop))).Kind);
        Assert.Empty(await engine.ListAsync(Stop));
    }

    [Fact]
    public async Task A_start_that_cannot_be_written_says_so()
    {
        await using var engine = await _folder.OpenAsync(new FakeJob(), beforeCommit: () => throw new IOException("The disk is full."));

        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(() => engine.StartAsync(FakeJob.Request(), Stop));

        Assert.Equal(ErrorKind.Environment, failure.Kind);
        Assert.Contains("The disk is full.", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<BatchFunctionsException>(() => engine.StartAsync(FakeJob.Request("job-2"), Stop));
        Assert.Empty(await engine.ListAsync(Stop));
    }

    [Fact]
    public async Task An_ended_job_can_be_forgotten_with_all_that_belongs_to_it_and_its_id_used_again()
    {
        var job = new FakeJob { On = call => call is { Name: "ScoreShard", Number: 5, Try: 1 } ? throw new TimeoutException() : Task.CompletedTask };
        await using var engine = await _folder.OpenAsync(job, new JumpingTime());
        await engine.RunAsync(FakeJob.Request("kept"), Stop);
        await engine.RunAsync(FakeJob.Request() with { Model = "churn@1.0.0" }, Stop);

        Assert.Equal(JobChange.Accepted, await engine.ForgetAsync("job-1", Stop));

        Assert.Null(await engine.FindAsync("job-1", Stop));
        Assert.Equal(JobChange.NoSuchJob, await engine.ForgetAsync("job-1", Stop));
        Assert.Equal("kept", Assert.Single(await engine.ListAsync(Stop)).JobId);
        Assert.Equal(0, _folder.Count("SELECT COUNT(*) FROM instances WHERE job NOT IN (SELECT key FROM jobs)"));
        Assert.Equal(0, _folder.Count("SELECT COUNT(*) FROM attempts WHERE instance NOT IN (SELECT key FROM instances)"));
        Assert.Empty(Directory.GetFiles(_folder.JournalPath + ".locks"));
        Assert.True((await engine.StartAsync(FakeJob.Request(), Stop)).IsNew);
        Assert.Equal(JobStatus.Succeeded, (await engine.ResumeAsync("job-1", Stop)).Status);
    }

    [Fact]
    public async Task A_job_that_has_not_ended_is_not_forgotten()
    {
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        EmbeddedEngine engine = null!;
        var during = JobChange.Accepted;
        var job = new FakeJob
        {
            On = async call =>
            {
                if (call.Name != "Plan")
                    return;
                during = await engine.ForgetAsync("job-1", Stop);
                await interrupt.CancelAsync();
            },
        };
        await using var opened = engine = await _folder.OpenAsync(job);
        await engine.StartAsync(FakeJob.Request(), Stop);

        Assert.Equal(JobChange.NotNow, await engine.ForgetAsync("job-1", Stop));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.ResumeAsync("job-1", interrupt.Token));
        Assert.Equal(JobChange.NotNow, during);
        Assert.Equal(JobChange.NotNow, await engine.ForgetAsync("job-1", Stop));
        Assert.Equal(JobStatus.Interrupted, (await engine.FindAsync("job-1", Stop))!.Status);
    }
}
