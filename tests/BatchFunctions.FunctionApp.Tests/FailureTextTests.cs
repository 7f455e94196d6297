using BatchFunctions.FunctionApp.Durable;
using BatchFunctions.Workflow;

namespace BatchFunctions.FunctionApp.Tests;

public sealed class FailureTextTests
{
    private const string Message = "customers.csv, line 3: column 'age' is missing.\nWrite it as in the manifest.";

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_and_its_message_survive(ErrorKind kind)
    {
        var failure = new ActivityFailure(kind, Message);

        Assert.Equal(failure, FailureText.Read(Details.Of("BatchFunctions.FunctionApp.Durable.StepFailedException", FailureText.Write(failure))));
    }

    [Fact]
    public void A_written_failure_is_one_line_that_people_can_read()
    {
        var text = FailureText.Write(new ActivityFailure(ErrorKind.Request, "first\r\nsecond"));

        Assert.Equal("[Request] first␊second", text);
    }

    [Fact]
    public void A_host_that_takes_the_start_of_the_message_for_the_type_changes_nothing()
    {
        var failure = new ActivityFailure(ErrorKind.Request, Message);
        var text = FailureText.Write(failure);
        var cut = text.IndexOf(": ", StringComparison.Ordinal);

        Assert.Equal(failure, FailureText.Read(Details.Of(text[..cut], text[(cut + 2)..])));
    }

    [Fact]
    public void A_message_without_a_type_is_read()
    {
        var details = Details.Of("(unknown)", "[Integrity] The model is not the pinned one.");

        Assert.Equal(new ActivityFailure(ErrorKind.Integrity, "The model is not the pinned one."), FailureText.Read(details));
    }

    [Fact]
    public void A_failure_is_found_below_those_that_wrap_it()
    {
        var details = Details.Of(
            "Microsoft.Azure.WebJobs.Host.FunctionInvocationException",
            "Exception while executing function: Functions.ScoreShard",
            Details.Of("BatchFunctions.FunctionApp.Durable.StepFailedException", "[Policy] Too many rejects: 12."));

        Assert.Equal(new ActivityFailure(ErrorKind.Policy, "Too many rejects: 12."), FailureText.Read(details));
    }

    [Fact]
    public void A_kind_that_a_message_quotes_does_not_count()
    {
        var details = Details.Of("StepFailedException", "[Transient] The service said '[Request] no'.");

        Assert.Equal(new ActivityFailure(ErrorKind.Transient, "The service said '[Request] no'."), FailureText.Read(details));
    }

    [Fact]
    public void A_failure_of_the_machinery_is_internal_and_tells_all_that_is_known()
    {
        var details = Details.Of(
            "FunctionInvocationException",
            "Exception while executing function: Functions.ScoreShard",
            Details.Of("WorkerProcessExitException", "dotnet exited with code 134"));

        var failure = FailureText.Read(details);

        Assert.Equal(ErrorKind.Internal, failure.Kind);
        Assert.Contains("Functions.ScoreShard", failure.Message, StringComparison.Ordinal);
        Assert.Contains("dotnet exited with code 134", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_that_ran_out_of_memory_is_known_by_the_exception_that_says_so()
    {
        Assert.Equal(ErrorKind.Memory, FailureText.Read(Details.Of("System.OutOfMemoryException", "Array dimensions")).Kind);
    }

    [Fact]
    public void An_endless_message_of_the_machinery_is_cut()
    {
        var failure = FailureText.Read(Details.Of("X", new string('x', 100_000)));

        Assert.Equal(ActivityFailure.MaxMessageLength, failure.Message.Length);
    }

    public static TheoryData<ErrorKind> Kinds() => [.. Enum.GetValues<ErrorKind>()];
}
