using BatchFunctions.Workflow;
using Microsoft.DurableTask.Client;

namespace BatchFunctions.FunctionApp.Tests;

public sealed class DurableJobEngineTests
{
    private readonly FakeTaskHub _hub = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_scheduled_under_its_own_id_with_its_request()
    {
        var request = FakeTaskHub.Request("job-1");

        var start = await _hub.Engine.StartAsync(request, Cancel);

        Assert.True(start.IsNew);
        Assert.True(start.IsSame);
        Assert.Equal(request, start.Job.Request);
        Assert.Equal(JobStatus.Pending, start.Job.Status);
        Assert.Equal(["job-1"], _hub.Scheduled);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending)]
    [InlineData(OrchestrationRuntimeStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    public async Task A_job_that_is_there_is_never_scheduled_again(OrchestrationRuntimeStatus status)
    {
        _hub.Add("job-1", status);

        var start = await _hub.Engine.StartAsync(FakeTaskHub.Request("job-1") with { RequestedAt = FakeTaskHub.Start.AddDays(1) }, Cancel);

        Assert.False(start.IsNew);
        Assert.True(start.IsSame);
        Assert.Equal(FakeTaskHub.Start, start.Job.Request.RequestedAt);
        Assert.Empty(_hub.Scheduled);
    }

    [Fact]
    public async Task Another_request_under_a_taken_id_is_told_so()
    {
        _hub.Add("job-1", OrchestrationRuntimeStatus.Running);

        var start = await _hub.Engine.StartAsync(FakeTaskHub.Request("job-1", "pipelines/other.yaml"), Cancel);

        Assert.False(start.IsNew);
        Assert.False(start.IsSame);
        Assert.Equal("pipelines/churn.yaml", start.Job.Request.Pipeline);
    }

    [Fact]
    public async Task Of_two_starts_at_once_the_later_one_finds_the_other()
    {
        _hub.Meanwhile = () => _hub.Add(
            "job-1", OrchestrationRuntimeStatus.Pending, request: FakeTaskHub.Request("job-1") with { Trigger = "timer" });

        var start = await _hub.Engine.StartAsync(FakeTaskHub.Request("job-1"), Cancel);

        Assert.False(start.IsNew);
        Assert.True(start.IsSame);
        Assert.Empty(_hub.Scheduled);
    }

    [Fact]
    public async Task A_hub_that_cannot_be_reached_may_be_asked_again()
    {
        _hub.Meanwhile = () => throw new HttpRequestException("Connection refused.");

        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(
            () => _hub.Engine.StartAsync(FakeTaskHub.Request("job-1"), Cancel));

        Assert.Equal(ErrorKind.Transient, failure.Kind);
        Assert.Contains("Connection refused.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_malformed_id_is_refused_before_the_hub_is_asked()
    {
        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(
            () => _hub.Engine.StartAsync(FakeTaskHub.Request("job/../1"), Cancel));

        Assert.Equal(ErrorKind.Request, failure.Kind);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending, JobStatus.Pending)]
    [InlineData(OrchestrationRuntimeStatus.Running, JobStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Suspended, JobStatus.Interrupted)]
    public async Task An_orchestration_that_has_not_ended_is_a_job_without_a_result(OrchestrationRuntimeStatus status, JobStatus expected)
    {
        _hub.Add("job-1", status, progress: new JobProgress("Plan"));

        var job = await _hub.Engine.FindAsync("job-1", Cancel);

        Assert.Equal(expected, job!.Status);
        Assert.Null(job.Result);
        Assert.Equal(new JobProgress("Plan"), job.Progress);
        Assert.Equal(FakeTaskHub.Start, job.CreatedAt);
        Assert.Equal(FakeTaskHub.Start.AddMinutes(1), job.UpdatedAt);
    }

    [Theory]
    [InlineData(JobStatus.Succeeded)]
    [InlineData(JobStatus.SucceededWithWarnings)]
    [InlineData(JobStatus.Failed)]
    [InlineData(JobStatus.Cancelled)]
    public async Task A_completed_orchestration_says_itself_how_the_job_ended(JobStatus status)
    {
        _hub.Add("job-1", OrchestrationRuntimeStatus.Completed, FakeTaskHub.Result("job-1", status));

        var job = await _hub.Engine.FindAsync("job-1", Cancel);

        Assert.Equal(status, job!.Status);
        Assert.Equal("azure://scored/run", job.Result!.RunFolder);
        Assert.Equal(10, job.Result.RecordsTotal);
    }

    [Fact]
    public async Task A_failed_orchestration_is_a_failed_job_with_the_failures_kind_and_message()
    {
        _hub.Add("job-1", OrchestrationRuntimeStatus.Failed, failure: Details.Of("StepFailedException", "[Environment] The disk is full."));

        var job = await _hub.Engine.FindAsync("job-1", Cancel);

        Assert.Equal(JobStatus.Failed, job!.Status);
        Assert.Equal(JobStatus.Failed, job.Result!.Status);
        Assert.Equal(ErrorKind.Environment, job.Result.ErrorKind);
        Assert.Equal("The disk is full.", job.Result.Error);
    }

    [Fact]
    public async Task A_terminated_orchestration_is_a_failed_job_with_the_reason()
    {
        _hub.Add("job-1", OrchestrationRuntimeStatus.Terminated, output: "\"costs too much\"");

        var job = await _hub.Engine.FindAsync("job-1", Cancel);

        Assert.Equal(JobStatus.Failed, job!.Status);
        Assert.Contains("Terminated", job.Result!.Error, StringComparison.Ordinal);
        Assert.Contains("costs too much", job.Result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_counts_what_the_groups_at_work_have_done()
    {
        _hub.Add("job-1", OrchestrationRuntimeStatus.Running, progress: new JobProgress("Score", 1000, 250, 1, 9000, 2500, 5));
        _hub.AddGroup("job-1:shards-00000", OrchestrationRuntimeStatus.Completed, new JobProgress("Score", 250, 250, 0, null, 2500, 5));
        _hub.AddGroup("job-1:shards-00250", OrchestrationRuntimeStatus.Running, new JobProgress("Score", 250, 40, 2, null, 400, 3));
        _hub.AddGroup("job-1:shards-00500", OrchestrationRuntimeStatus.Running, new JobProgress("Score", 250, 10, 0, null, 100, 0));
        _hub.AddGroup("job-1:shards-00750", OrchestrationRuntimeStatus.Pending);
        _hub.AddGroup("job-11:shards-00000", OrchestrationRuntimeStatus.Running, new JobProgress("Score", 250, 99, 9, null, 999, 9));

        var job = await _hub.Engine.FindAsync("job-1", Cancel);

        Assert.Equal(new JobProgress("Score", 1000, 300, 3, 9000, 3000, 8), job!.Progress);
    }

    [Fact]
    public async Task What_is_no_job_is_not_found()
    {
        _hub.AddGroup("job-1:shards-00000", OrchestrationRuntimeStatus.Running);

        Assert.Null(await _hub.Engine.FindAsync("job-1:shards-00000", Cancel));
        Assert.Null(await _hub.Engine.FindAsync("job-2", Cancel));
        Assert.Equal(JobChange.NoSuchJob, await _hub.Engine.CancelAsync("job-2", Cancel));
        Assert.Equal(JobChange.NoSuchJob, await _hub.Engine.RetryAsync("job-2", Cancel));
        Assert.Equal(JobChange.NoSuchJob, await _hub.Engine.ForgetAsync("job-2", Cancel));
    }

    [Fact]
    public async Task Cancelling_raises_the_workflows_event()
    {
        _hub.Add("job-1", OrchestrationRuntimeStatus.Running);

        Assert.Equal(JobChange.Accepted, await _hub.Engine.CancelAsync("job-1", Cancel));

        Assert.Equal([("job-1", "cancel", (object)string.Empty)], _hub.Raised);
    }

    [Fact]
    public async Task A_job_that_has_ended_is_not_cancelled()
    {
        _hub.Add("job-1", OrchestrationRuntimeStatus.Completed, FakeTaskHub.Result("job-1", JobStatus.Succeeded));
        _hub.Add("job-2", OrchestrationRuntimeStatus.Running);
        _hub.Meanwhile = () => _hub.Add("job-2", OrchestrationRuntimeStatus.Completed, FakeTaskHub.Result("job-2", JobStatus.Succeeded));

        Assert.Equal(JobChange.NotNow, await _hub.Engine.CancelAsync("job-1", Cancel));
        Assert.Equal(JobChange.NotNow, await _hub.Engine.CancelAsync("job-2", Cancel));

        Assert.Empty(_hub.Raised);
    }

    [Fact]
    public async Task A_hub_that_refuses_an_event_for_another_reason_says_so()
    {
        _hub.Add("job-1", OrchestrationRuntimeStatus.Running);
        _hub.Meanwhile = () => throw new HttpRequestException("Connection refused.");

        await Assert.ThrowsAsync<HttpRequestException>(() => _hub.Engine.CancelAsync("job-1", Cancel));
    }

    [Theory]
    [InlineData(JobStatus.Failed)]
    [InlineData(JobStatus.Cancelled)]
    public async Task A_retried_job_runs_again_under_its_id_and_keeps_its_first_time(JobStatus status)
    {
        _hub.Add("job-1", OrchestrationRuntimeStatus.Completed, FakeTaskHub.Result("job-1", status));

        Assert.Equal(JobChange.Accepted, await _hub.Engine.RetryAsync("job-1", Cancel));

        var job = await _hub.Engine.FindAsync("job-1", Cancel);
        Assert.Equal(FakeTaskHub.Request("job-1") with { Run = 2 }, job!.Request);
        Assert.Equal(JobStatus.Pending, job.Status);
        Assert.Equal(FakeTaskHub.Start, job.CreatedAt);
    }

    [Fact]
    public async Task An_orchestration_that_broke_down_can_be_retried()
    {
        _hub.Add("job-1", OrchestrationRuntimeStatus.Terminated, request: FakeTaskHub.Request("job-1") with { Run = 2 });

        Assert.Equal(JobChange.Accepted, await _hub.Engine.RetryAsync("job-1", Cancel));

        Assert.Equal(3, (await _hub.Engine.FindAsync("job-1", Cancel))!.Request.Run);
    }

    [Fact]
    public async Task Two_retries_at_once_are_one()
    {
        _hub.Add("job-1", OrchestrationRuntimeStatus.Completed, FakeTaskHub.Result("job-1", JobStatus.Failed));
        _hub.Meanwhile = () => _hub.Add(
            "job-1", OrchestrationRuntimeStatus.Running, request: FakeTaskHub.Request("job-1") with { Run = 2 });

        Assert.Equal(JobChange.Accepted, await _hub.Engine.RetryAsync("job-1", Cancel));

        Assert.Empty(_hub.Scheduled);
    }

    [Fact]
    public async Task A_job_at_work_or_succeeded_is_not_retried()
    {
        _hub.Add("job-1", OrchestrationRuntimeStatus.Running);
        _hub.Add("job-2", OrchestrationRuntimeStatus.Completed, FakeTaskHub.Result("job-2", JobStatus.SucceededWithWarnings));

        Assert.Equal(JobChange.NotNow, await _hub.Engine.RetryAsync("job-1", Cancel));
        Assert.Equal(JobChange.NotNow, await _hub.Engine.RetryAsync("job-2", Cancel));
    }

    [Fact]
    public async Task A_forgotten_job_takes_its_groups_with_it_and_goes_last()
    {
        _hub.Add("job-1", OrchestrationRuntimeStatus.Completed, FakeTaskHub.Result("job-1", JobStatus.Succeeded));
        _hub.AddGroup("job-1:shards-00000", OrchestrationRuntimeStatus.Completed);
        _hub.AddGroup("job-1:run2-shards-00000", OrchestrationRuntimeStatus.Failed);
        _hub.Add("job-11", OrchestrationRuntimeStatus.Completed, FakeTaskHub.Result("job-11", JobStatus.Succeeded));

        Assert.Equal(JobChange.Accepted, await _hub.Engine.ForgetAsync("job-1", Cancel));

        Assert.Equal("job-1", _hub.Purged[^1]);
        Assert.Equal(["job-11"], _hub.Instances.Keys);
        Assert.Null(await _hub.Engine.FindAsync("job-1", Cancel));
    }

    [Fact]
    public async Task A_job_is_not_forgotten_while_anything_of_it_is_at_work()
    {
        _hub.Add("job-1", OrchestrationRuntimeStatus.Running);
        _hub.Add("job-2", OrchestrationRuntimeStatus.Terminated);
        _hub.AddGroup("job-2:shards-00000", OrchestrationRuntimeStatus.Running);

        Assert.Equal(JobChange.NotNow, await _hub.Engine.ForgetAsync("job-1", Cancel));
        Assert.Equal(JobChange.NotNow, await _hub.Engine.ForgetAsync("job-2", Cancel));

        Assert.Empty(_hub.Purged);
    }

    [Fact]
    public async Task Jobs_are_listed_newest_first_page_by_page_without_their_groups()
    {
        for (var i = 0; i < 7; i++)
        {
            _hub.Add($"job-{i}", OrchestrationRuntimeStatus.Running, minutes: i / 2);
            _hub.AddGroup($"job-{i}:shards-00000", OrchestrationRuntimeStatus.Running);
        }

        List<string> ids = [];
        List<int> sizes = [];
        string? after = null;
        do
        {
            var page = await _hub.Engine.ListAsync(new JobQuery { Limit = 3, After = after }, Cancel);
            ids.AddRange(page.Jobs.Select(job => job.JobId));
            sizes.Add(page.Jobs.Count);
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(["job-6", "job-5", "job-4", "job-3", "job-2", "job-1", "job-0"], ids);
        Assert.Equal([3, 3, 1], sizes);
    }

    [Fact]
    public async Task A_last_page_that_is_full_has_no_next()
    {
        _hub.Add("job-1", OrchestrationRuntimeStatus.Running);

        Assert.Null((await _hub.Engine.ListAsync(new JobQuery { Limit = 1 }, Cancel)).Next);
    }

    [Theory]
    [InlineData(JobStatus.Pending, "pending")]
    [InlineData(JobStatus.Running, "running")]
    [InlineData(JobStatus.Interrupted, "suspended")]
    [InlineData(JobStatus.Succeeded, "succeeded")]
    [InlineData(JobStatus.SucceededWithWarnings, "warned")]
    [InlineData(JobStatus.Failed, "terminated,failed,broken")]
    [InlineData(JobStatus.Cancelled, "cancelled")]
    public async Task Jobs_are_listed_by_status(JobStatus status, string expected)
    {
        _hub.Add("pending", OrchestrationRuntimeStatus.Pending);
        _hub.Add("running", OrchestrationRuntimeStatus.Running);
        _hub.Add("suspended", OrchestrationRuntimeStatus.Suspended);
        _hub.Add("succeeded", OrchestrationRuntimeStatus.Completed, FakeTaskHub.Result("x", JobStatus.Succeeded));
        _hub.Add("warned", OrchestrationRuntimeStatus.Completed, FakeTaskHub.Result("x", JobStatus.SucceededWithWarnings));
        _hub.Add("failed", OrchestrationRuntimeStatus.Completed, FakeTaskHub.Result("x", JobStatus.Failed));
        _hub.Add("cancelled", OrchestrationRuntimeStatus.Completed, FakeTaskHub.Result("x", JobStatus.Cancelled));
        _hub.Add("broken", OrchestrationRuntimeStatus.Failed);
        _hub.Add("terminated", OrchestrationRuntimeStatus.Terminated);

        var page = await _hub.Engine.ListAsync(new JobQuery { Status = status }, Cancel);

        Assert.Equal(expected.Split(','), page.Jobs.Select(job => job.JobId));
        Assert.All(page.Jobs, job => Assert.Equal(status, job.Status));
    }

    [Fact]
    public async Task Jobs_are_listed_by_pipeline_and_time()
    {
        _hub.Add("a", OrchestrationRuntimeStatus.Running, minutes: 1);
        _hub.Add("b", OrchestrationRuntimeStatus.Running, minutes: 2, request: FakeTaskHub.Request("b", "other.yaml") with { PipelineName = "other" });
        _hub.Add("c", OrchestrationRuntimeStatus.Running, minutes: 3);
        _hub.Add("d", OrchestrationRuntimeStatus.Running, minutes: 9, request: FakeTaskHub.Request("d") with { Run = 2 });

        Assert.Equal(["b"], await IdsAsync(new JobQuery { Pipeline = "other" }));
        Assert.Equal(["b"], await IdsAsync(new JobQuery { Pipeline = "other.yaml" }));
        Assert.Equal(["c", "b"], await IdsAsync(new JobQuery { CreatedFrom = FakeTaskHub.Start.AddMinutes(2) }));
        Assert.Equal(["a", "d"], await IdsAsync(new JobQuery { CreatedBefore = FakeTaskHub.Start.AddMinutes(2) }));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("_job-1")]
    [InlineData("-1_job-1")]
    public async Task A_page_after_nonsense_is_refused(string after)
    {
        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(() => _hub.Engine.ListAsync(new JobQuery { After = after }, Cancel));

        Assert.Equal(ErrorKind.Request, failure.Kind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(JobQuery.MaxLimit + 1)]
    public async Task A_page_of_no_or_too_many_jobs_is_refused(int limit)
    {
        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(() => _hub.Engine.ListAsync(new JobQuery { Limit = limit }, Cancel));

        Assert.Equal(ErrorKind.Request, failure.Kind);
    }

    private async Task<string[]> IdsAsync(JobQuery query) =>
        [.. (await _hub.Engine.ListAsync(query, Cancel)).Jobs.Select(job => job.JobId)];
}
