using Microsoft.DurableTask;

namespace BatchFunctions.FunctionApp.Tests;

/// <summary>Makes what Durable tells of a failed task.</summary>
internal static class Details
{
    // The record's constructor differs from version to version of the SDK; its properties do not.
    public static TaskFailureDetails Of(string type, string message, TaskFailureDetails? inner = null) =>
        TaskFailureDetails.FromException(new InvalidOperationException()) with
        {
            ErrorType = type,
            ErrorMessage = message,
            InnerFailure = inner,
        };
}
