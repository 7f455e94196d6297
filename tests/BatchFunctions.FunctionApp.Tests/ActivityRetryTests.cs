using BatchFunctions.FunctionApp.Durable;
using BatchFunctions.Workflow;
using RetryPolicy = BatchFunctions.Workflow.RetryPolicy;

namespace BatchFunctions.FunctionApp.Tests;

public sealed class ActivityRetryTests
{
    [Fact]
    public void The_policy_becomes_the_SDKs_own()
    {
        var retry = new RetryPolicy(5, TimeSpan.FromSeconds(10), 2.5, TimeSpan.FromMinutes(3));

        var policy = ActivityRetry.OptionsFor(retry)!.Retry!.Policy!;

        Assert.Equal(5, policy.MaxNumberOfAttempts);
        Assert.Equal(TimeSpan.FromSeconds(10), policy.FirstRetryInterval);
        Assert.Equal(2.5, policy.BackoffCoefficient);
        Assert.Equal(TimeSpan.FromMinutes(3), policy.MaxRetryInterval);
        Assert.Equal(Timeout.InfiniteTimeSpan, policy.RetryTimeout);
    }

    [Fact]
    public void One_try_needs_no_policy()
    {
        Assert.Null(ActivityRetry.OptionsFor(RetryPolicy.None));
    }

    [Fact]
    public void A_policy_that_the_SDK_would_refuse_is_brought_within_its_bounds()
    {
        var policy = ActivityRetry.OptionsFor(new RetryPolicy(3, TimeSpan.Zero, 0.5, TimeSpan.Zero))!.Retry!.Policy!;

        Assert.True(policy.FirstRetryInterval > TimeSpan.Zero);
        Assert.True(policy.FirstRetryInterval <= TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, policy.BackoffCoefficient);
        Assert.True(policy.MaxRetryInterval >= policy.FirstRetryInterval);
    }

    [Theory]
    [InlineData(ErrorKind.Request, false)]
    [InlineData(ErrorKind.Integrity, false)]
    [InlineData(ErrorKind.Policy, false)]
    [InlineData(ErrorKind.Environment, false)]
    [InlineData(ErrorKind.Memory, false)]
    [InlineData(ErrorKind.Transient, true)]
    [InlineData(ErrorKind.Internal, true)]
    public void Only_what_may_pass_is_tried_again(ErrorKind kind, bool again)
    {
        var text = FailureText.Write(new ActivityFailure(kind, "reason"));

        Assert.Equal(again, ActivityRetry.MayPass(Details.Of(nameof(StepFailedException), text)));
    }

    [Fact]
    public void A_worker_that_went_away_is_tried_again()
    {
        Assert.True(ActivityRetry.MayPass(Details.Of("WorkerProcessExitException", "dotnet exited with code 137")));
    }
}
