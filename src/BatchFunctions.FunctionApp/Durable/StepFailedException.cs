using BatchFunctions.Workflow;

namespace BatchFunctions.FunctionApp.Durable;

/// <summary>
/// Ends an activity or a workflow function with a failure whose kind survives the way through Durable Functions: see
/// <see cref="FailureText"/>. It has no inner exception, since some hosts would print that into the message's line.
/// </summary>
internal sealed class StepFailedException(ActivityFailure failure) : Exception(FailureText.Write(failure))
{
    public ActivityFailure Failure { get; } = failure;
}
