namespace Microsoft.DurableTask;

public sealed class TaskRetryOptions(RetryPolicy policy)
{
    public RetryPolicy? Policy { get; } = policy;

    public static TaskRetryOptions FromRetryPolicy(RetryPolicy policy) => new(policy);
}
