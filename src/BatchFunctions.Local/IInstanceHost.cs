using BatchFunctions.Workflow;

namespace BatchFunctions.Local;

/// <summary>Carries out what an instance asks for. Called on the engine's thread, after the turn that asked.</summary>
internal interface IInstanceHost
{
    void StartActivity(WorkflowInstance instance, WorkflowStep step, RegisteredActivity activity, string input, RetryPolicy retry);

    void StartSubWorkflow(
        WorkflowInstance instance, WorkflowStep step, RegisteredWorkflow workflow, string instanceId, string input, DateTimeOffset startedAt);

    void StartTimer(WorkflowInstance instance, WorkflowStep step, DateTimeOffset due);

    void StopTimer(WorkflowInstance instance, WorkflowStep step);

    void SendEvent(WorkflowInstance instance, WorkflowStep step, string target, string name, string payload);

    void ReportForeignAwait(WorkflowInstance instance);
}
