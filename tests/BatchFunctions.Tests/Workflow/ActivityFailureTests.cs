using BatchFunctions.Workflow;

namespace BatchFunctions.Tests.Workflow;

public sealed class ActivityFailureTests
{
    [Fact]
    public void An_exception_says_of_what_kind_the_failure_is()
    {
        Assert.Equal(
            new ActivityFailure(ErrorKind.Integrity, "Changed."), ActivityFailure.From(new BatchFunctionsException(ErrorKind.Integrity, "Changed.")));
        Assert.Equal(ErrorKind.Policy, ActivityFailure.From(new ActivityFailedException("Plan", ErrorKind.Policy, "no")).Kind);
        Assert.Equal(ErrorKind.Memory, ActivityFailure.From(new InsufficientMemoryException()).Kind);
        Assert.Equal(ErrorKind.Transient, ActivityFailure.From(new TimeoutException()).Kind);
        Assert.Equal(ErrorKind.Transient, ActivityFailure.From(new TaskCanceledException()).Kind);
        Assert.Equal(ErrorKind.Transient, ActivityFailure.From(new AggregateException(new TimeoutException())).Kind);
        Assert.Equal(new ActivityFailure(ErrorKind.Internal, "InvalidOperationException: odd"), ActivityFailure.From(new InvalidOperationException("odd")));
    }

    [Fact]
    public void A_long_message_is_cut()
    {
        var failure = ActivityFailure.From(new BatchFunctionsException(ErrorKind.Request, new string('x', 5000)));
        Assert.Equal(ActivityFailure.MaxMessageLength, failure.Message.Length);
        Assert.EndsWith("…", failure.Message, StringComparison.Ordinal);
    }
}
