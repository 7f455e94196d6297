using BatchFunctions.FunctionApp.Durable;
using BatchFunctions.Workflow;
using Microsoft.DurableTask;
using Moq;
using RetryPolicy = BatchFunctions.Workflow.RetryPolicy;

namespace BatchFunctions.FunctionApp.Tests;

public sealed class DurableWorkflowContextTests
{
    private static readonly RetryPolicy Retry = new(3, TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(10));
    private static readonly JobReference Job = new("job-1", "azure://work/job-1");

    private readonly Mock<TaskOrchestrationContext> _sdk = new(MockBehavior.Strict);

    private DurableWorkflowContext Context => new(_sdk.Object);

    [Fact]
    public void The_instance_its_time_and_its_replaying_are_the_SDKs()
    {
        _sdk.Setup(sdk => sdk.InstanceId).Returns("job-1");
        _sdk.Setup(sdk => sdk.IsReplaying).Returns(true);
        _sdk.Setup(sdk => sdk.CurrentUtcDateTime).Returns(new DateTime(2026, 2, 8, 2, 0, 0, DateTimeKind.Unspecified));

        Assert.Equal("job-1", Context.InstanceId);
        Assert.True(Context.IsReplaying);
        Assert.Equal(new DateTimeOffset(2026, 2, 8, 2, 0, 0, TimeSpan.Zero), Context.UtcNow);
    }

    [Fact]
    public async Task An_activity_is_called_by_its_name_with_its_input_and_its_retries()
    {
        var request = new ShardRequest(Job, 7);
        var outcome = new ShardOutcome(7, 1000, 1, false);
        _sdk.Setup(sdk => sdk.CallActivityAsync<ShardOutcome>(
                new TaskName("ScoreShard"), request, It.Is<TaskOptions>(options => options.Retry!.Policy!.MaxNumberOfAttempts == 3)))
            .ReturnsAsync(outcome);

        Assert.Equal(outcome, await Context.CallActivityAsync(JobActivities.ScoreShard, request, Retry));
    }

    [Fact]
    public async Task A_failed_activity_fails_with_its_own_kind_and_message()
    {
        var details = Details.Of(nameof(StepFailedException), "[Integrity] The file has changed: customers.csv.");
        _sdk.Setup(sdk => sdk.CallActivityAsync<int>(It.IsAny<TaskName>(), It.IsAny<object>(), It.IsAny<TaskOptions>()))
            .ThrowsAsync(new TaskFailedException("Validate", 3, details));

        var failure = await Assert.ThrowsAsync<ActivityFailedException>(
            () => Context.CallActivityAsync(JobActivities.Validate, Job, Retry));

        Assert.Equal("Validate", failure.Activity);
        Assert.Equal(ErrorKind.Integrity, failure.Kind);
        Assert.Equal("The file has changed: customers.csv.", failure.Message);
    }

    [Fact]
    public async Task A_group_runs_as_a_sub_orchestration_of_the_given_id()
    {
        var request = new GroupRequest(Job, 0, 250, 8, Retry);
        var outcome = new GroupOutcome(0, 250, 250, 1000, 0, 0, [], [], null);
        _sdk.Setup(sdk => sdk.CallSubOrchestratorAsync<GroupOutcome>(
                new TaskName("ShardGroup"),
                request,
                It.Is<TaskOptions>(options => ((SubOrchestrationOptions)options).InstanceId == "job-1:shards-00000")))
            .ReturnsAsync(outcome);

        Assert.Equal(outcome, await Context.CallSubWorkflowAsync(JobWorkflows.ShardGroup, "job-1:shards-00000", request));
    }

    [Fact]
    public async Task A_failed_group_fails_with_its_own_kind_and_message()
    {
        var details = Details.Of("Microsoft.DurableTask.TaskFailedException", "Task failed", Details.Of("X", "[Environment] The disk is full."));
        _sdk.Setup(sdk => sdk.CallSubOrchestratorAsync<GroupOutcome>(It.IsAny<TaskName>(), It.IsAny<object>(), It.IsAny<TaskOptions>()))
            .ThrowsAsync(new TaskFailedException("ShardGroup", 3, details));

        var failure = await Assert.ThrowsAsync<ActivityFailedException>(
            () => Context.CallSubWorkflowAsync(JobWorkflows.ShardGroup, "g", new GroupRequest(Job, 0, 1, 1, Retry)));

        Assert.Equal(ErrorKind.Environment, failure.Kind);
        Assert.Equal("The disk is full.", failure.Message);
    }

    [Fact]
    public async Task A_timer_fires_at_its_time_in_UTC_and_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var due = new DateTimeOffset(2026, 2, 8, 4, 0, 0, TimeSpan.FromHours(2));
        _sdk.Setup(sdk => sdk.CreateTimer(
                It.Is<DateTime>(at => at == new DateTime(2026, 2, 8, 2, 0, 0) && at.Kind == DateTimeKind.Utc), cancellation.Token))
            .Returns(Task.CompletedTask);

        await Context.CreateTimerAsync(due, cancellation.Token);

        _sdk.VerifyAll();
    }

    [Fact]
    public async Task Events_come_and_go_as_text()
    {
        using var cancellation = new CancellationTokenSource();
        _sdk.Setup(sdk => sdk.WaitForExternalEvent<string>("granted", cancellation.Token)).ReturnsAsync("12");
        _sdk.Setup(sdk => sdk.SendEvent("job-1", "released", "job-1:shards-00000 4"));

        Assert.Equal("12", await Context.WaitForEventAsync("granted", cancellation.Token));
        Context.SendEvent("job-1", "released", "job-1:shards-00000 4");

        _sdk.VerifyAll();
    }

    [Fact]
    public void Progress_is_the_custom_status()
    {
        var progress = new JobProgress("Score", 10, 3);
        _sdk.Setup(sdk => sdk.SetCustomStatus(progress));

        Context.SetProgress(progress);

        _sdk.VerifyAll();
    }
}
