using BatchFunctions.FunctionApp.Durable;
using BatchFunctions.FunctionApp.Functions;
using BatchFunctions.Workflow;
using Microsoft.DurableTask;
using Moq;
using RetryPolicy = BatchFunctions.Workflow.RetryPolicy;

namespace BatchFunctions.FunctionApp.Tests;

public sealed class JobOrchestratorTests
{
    private static readonly JobReference Job = new("job-1", "azure://work/job-1");
    private static readonly RetryPolicy Retry = new(3, TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(10));

    private readonly Mock<TaskOrchestrationContext> _sdk = new();
    private readonly List<string> _called = [];
    private readonly List<string> _steps = [];

    public JobOrchestratorTests()
    {
        _sdk.Setup(sdk => sdk.InstanceId).Returns("job-1");
        _sdk.Setup(sdk => sdk.CurrentUtcDateTime).Returns(new DateTime(2026, 2, 8, 2, 0, 0, DateTimeKind.Utc));
        _sdk.Setup(sdk => sdk.SetCustomStatus(It.IsAny<object>())).Callback((object? status) => _steps.Add(((JobProgress)status!).Step));
        _sdk.Setup(sdk => sdk.WaitForExternalEvent<string>(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((string _, CancellationToken cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, cancellation).ContinueWith<string>(
                wait => throw new OperationCanceledException(cancellation),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default));
        Answer("Prepare", new PreparedJob(Job, "azure://scored/run", 1, 100, 4, Retry, null, HashesSnapshot: false));
        Answer("Plan", new PlanSummary(2, 20));
        Answer("Aggregate", new AggregateOutcome(JobStatus.Succeeded, 20, 19, 1, []));
        Answer("Publish", new JobResult("job-1", JobStatus.Succeeded, "azure://scored/run", 20, 19, 1, [], null, null));
        Answer("Fail", new JobResult("job-1", JobStatus.Failed, "azure://scored/run", 0, 0, 0, [], "It failed.", ErrorKind.Request));
        Answer("ScoreShard", new ShardOutcome(0, 10, 1, false));
        Answer("Validate", 1);
        Answer("AggregateGroup", 2);
        Answer("Verify", 2);
        Answer("Notify", 1);
        Answer("CleanUp", 1);
        AnswerGroup((_, request) => JobOrchestrators.RunShardGroupAsync(_sdk.Object, request));
    }

    [Fact]
    public async Task A_job_runs_through_all_its_steps()
    {
        var result = await JobOrchestrators.RunJobAsync(_sdk.Object, FakeTaskHub.Request("job-1"));

        Assert.Equal(JobStatus.Succeeded, result.Status);
        Assert.Equal(
            ["Prepare", "Notify", "Validate", "Plan", "job-1:shards-00000", "ScoreShard", "ScoreShard", "AggregateGroup", "Aggregate", "Verify", "Publish", "Notify", "CleanUp"],
            _called);
        Assert.Equal(["Prepare", "Validate", "Plan", "Score", "Aggregate", "Verify", "Publish", "Notify", "CleanUp"], _steps.Distinct());
    }

    [Fact]
    public async Task A_request_that_is_wrong_ends_the_job_with_its_message()
    {
        Fail<PreparedJob>("Prepare", "[Request] nightly.yaml, line 3: unknown key 'modle'.␊Write 'model'.");

        var result = await JobOrchestrators.RunJobAsync(_sdk.Object, FakeTaskHub.Request("job-1"));

        Assert.Equal(JobStatus.Failed, result.Status);
        Assert.Equal(ErrorKind.Request, result.ErrorKind);
        Assert.Equal("nightly.yaml, line 3: unknown key 'modle'.\nWrite 'model'.", result.Error);
    }

    [Fact]
    public async Task A_shard_that_does_not_fit_the_memory_is_scored_with_a_smaller_batch()
    {
        List<int> divisors = [];
        _sdk.Setup(sdk => sdk.CallActivityAsync<ShardOutcome>(It.IsAny<TaskName>(), It.IsAny<object>(), It.IsAny<TaskOptions>()))
            .Returns((TaskName _, object input, TaskOptions _) =>
            {
                var request = (ShardRequest)input;
                divisors.Add(request.BatchDivisor);
                return request.BatchDivisor < 4
                    ? Task.FromException<ShardOutcome>(new TaskFailedException("ScoreShard", 1, Details.Of("StepFailedException", "[Memory] Too much.")))
                    : Task.FromResult(new ShardOutcome(request.Shard, 10, 0, false));
            });

        var outcome = await JobOrchestrators.RunShardGroupAsync(_sdk.Object, new GroupRequest(Job, 0, 1, 1, Retry));

        Assert.Equal([1, 2, 4], divisors);
        Assert.Equal(1, outcome.Committed);
    }

    [Fact]
    public async Task A_workflow_that_breaks_keeps_the_kind_of_what_it_broke_of()
    {
        AnswerGroup((_, _) => Task.FromException<GroupOutcome>(
            new TaskFailedException("ShardGroup", 4, Details.Of("X", "[Environment] The hub is full."))));

        var result = await JobOrchestrators.RunJobAsync(_sdk.Object, FakeTaskHub.Request("job-1"));

        Assert.Equal(JobStatus.Failed, result.Status);
        Assert.Contains("Fail", _called);
        var failure = await Assert.ThrowsAsync<StepFailedException>(() =>
        {
            _sdk.Setup(sdk => sdk.CurrentUtcDateTime).Throws(new TimeoutException("no clock"));
            return JobOrchestrators.RunJobAsync(_sdk.Object, FakeTaskHub.Request("job-1"));
        });
        Assert.Equal("[Transient] TimeoutException: no clock", failure.Message);
        Assert.Null(failure.InnerException);
    }

    private void Answer<TOutput>(string activity, TOutput output) =>
        _sdk.Setup(sdk => sdk.CallActivityAsync<TOutput>(new TaskName(activity), It.IsAny<object>(), It.IsAny<TaskOptions>()))
            .Returns(() =>
            {
                _called.Add(activity);
                return Task.FromResult(output);
            });

    private void Fail<TOutput>(string activity, string message) =>
        _sdk.Setup(sdk => sdk.CallActivityAsync<TOutput>(new TaskName(activity), It.IsAny<object>(), It.IsAny<TaskOptions>()))
            .ThrowsAsync(new TaskFailedException(activity, 1, Details.Of("StepFailedException", message)));

    private void AnswerGroup(Func<string, GroupRequest, Task<GroupOutcome>> run) =>
        _sdk.Setup(sdk => sdk.CallSubOrchestratorAsync<GroupOutcome>(new TaskName("ShardGroup"), It.IsAny<object>(), It.IsAny<TaskOptions>()))
            .Returns((TaskName _, object input, TaskOptions options) =>
            {
                var id = ((SubOrchestrationOptions)options).InstanceId!;
                _called.Add(id);
                return run(id, (GroupRequest)input);
            });
}
