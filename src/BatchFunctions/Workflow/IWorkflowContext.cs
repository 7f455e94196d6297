namespace BatchFunctions.Workflow;

/// <summary>
/// What an engine offers to a workflow. A workflow's code must be deterministic: it takes time, results and events from here only,
/// awaits nothing else, and does no input or output of its own, because every engine runs it again from the top after a stop.
/// </summary>
public interface IWorkflowContext
{
    /// <summary>The instance's id; for the job workflow, the job's.</summary>
    string InstanceId { get; }

    /// <summary>The time, the same in every replay.</summary>
    DateTimeOffset UtcNow { get; }

    /// <summary>Whether the code is running through what has already happened, so that it should not log.</summary>
    bool IsReplaying { get; }

    /// <summary>Runs an activity at least once, and gives the same result in every replay.</summary>
    /// <exception cref="ActivityFailedException">It failed, and <paramref name="retry"/> allows no further try or the error is not one that passes.</exception>
    Task<TOutput> CallActivityAsync<TInput, TOutput>(ActivityName<TInput, TOutput> activity, TInput input, RetryPolicy retry);

    /// <summary>Runs a workflow with a history of its own.</summary>
    /// <exception cref="ActivityFailedException">It failed.</exception>
    Task<TOutput> CallSubWorkflowAsync<TInput, TOutput>(WorkflowName<TInput, TOutput> workflow, string instanceId, TInput input);

    /// <summary>Completes at <paramref name="due"/>, also after a stop in between.</summary>
    Task CreateTimerAsync(DateTimeOffset due, CancellationToken cancellationToken);

    /// <summary>Completes with the payload of the next event called <paramref name="name"/> that is sent to this instance.</summary>
    Task<string> WaitForEventAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Sends an event to a running instance; it is lost where there is none. The effect of a replayed call is that of the first one.
    /// </summary>
    void SendEvent(string instanceId, string name, string payload);

    /// <summary>
    /// Makes <paramref name="progress"/> visible to those who ask for the instance's status. What a sub-workflow has done counts on top
    /// of its parent's progress while it runs, where the engine can tell.
    /// </summary>
    void SetProgress(JobProgress progress);
}
