using BatchFunctions.Workflow;
using Microsoft.DurableTask;
using DurableRetryPolicy = Microsoft.DurableTask.RetryPolicy;
using RetryPolicy = BatchFunctions.Workflow.RetryPolicy;

namespace BatchFunctions.FunctionApp.Durable;

/// <summary>Turns the library's retry policy into the SDK's own, which keeps its waits as durable timers.</summary>
internal static class ActivityRetry
{
    // The SDK takes no policy that waits for nothing.
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(1);

    /// <summary>The options of an activity call, or null where there is to be one try only.</summary>
    public static TaskOptions? OptionsFor(RetryPolicy retry)
    {
        if (retry.Attempts <= 1)
            return null;
        var first = Max(retry.FirstDelay, ShortestDelay);
        return TaskOptions.FromRetryPolicy(
            new DurableRetryPolicy(retry.Attempts, first, Math.Max(1, retry.Backoff), Max(retry.MaxDelay, first))
            {
                HandleFailure = MayPass,
            });
    }

    /// <summary>Whether another try can help: not where the request, the data, the policy or the machine is at fault.</summary>
    public static bool MayPass(TaskFailureDetails failure) => ActivityFailedException.IsRetriable(FailureText.Read(failure).Kind);

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
