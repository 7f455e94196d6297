using BatchFunctions.Workflow;
using Microsoft.DurableTask;
using RetryPolicy = BatchFunctions.Workflow.RetryPolicy;

namespace BatchFunctions.FunctionApp.Durable;

/// <summary>The workflow's port on Durable Functions: every call is one of the SDK's.</summary>
internal sealed class DurableWorkflowContext(TaskOrchestrationContext context) : IWorkflowContext
{
    public string InstanceId => context.InstanceId;

    public DateTimeOffset UtcNow => new(DateTime.SpecifyKind(context.CurrentUtcDateTime, DateTimeKind.Utc));

    public bool IsReplaying => context.IsReplaying;

    public Task<TOutput> CallActivityAsync<TInput, TOutput>(ActivityName<TInput, TOutput> activity, TInput input, RetryPolicy retry) =>
        FailAsItselfAsync(activity.Name, context.CallActivityAsync<TOutput>(activity.Name, input, ActivityRetry.OptionsFor(retry)));

    public Task<TOutput> CallSubWorkflowAsync<TInput, TOutput>(WorkflowName<TInput, TOutput> workflow, string instanceId, TInput input) =>
        FailAsItselfAsync(
            workflow.Name,
            context.CallSubOrchestratorAsync<TOutput>(workflow.Name, input, new SubOrchestrationOptions(instanceId: instanceId)));

    public Task CreateTimerAsync(DateTimeOffset due, CancellationToken cancellationToken) =>
        context.CreateTimer(due.UtcDateTime, cancellationToken);

    public Task<string> WaitForEventAsync(string name, CancellationToken cancellationToken) =>
        context.WaitForExternalEvent<string>(name, cancellationToken);

    public void SendEvent(string instanceId, string name, string payload) => context.SendEvent(instanceId, name, payload);

    public void SetProgress(JobProgress progress) => context.SetCustomStatus(progress);

    private static async Task<TOutput> FailAsItselfAsync<TOutput>(string name, Task<TOutput> call)
    {
        try
        {
            return await call;
        }
        catch (TaskFailedException failed)
        {
            var failure = FailureText.Read(failed.FailureDetails);
            throw new ActivityFailedException(name, failure.Kind, failure.Message);
        }
    }
}
