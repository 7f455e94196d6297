using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Fakes;

/// <summary>Notes what an instance asks for, and lets the test decide what happens when.</summary>
internal sealed class ScheduleHost : IInstanceHost
{
    /// <summary>What was started and has not ended, by step.</summary>
    public SortedDictionary<int, (WorkflowStep Step, string What)> Open { get; } = [];

    /// <summary>The steps of events that were sent.</summary>
    public List<int> Sent { get; } = [];

    public void StartActivity(WorkflowInstance instance, WorkflowStep step, RegisteredActivity activity, string input, RetryPolicy retry) =>
        Open.Add(step.Number, (step, $"{activity.Name} {input}"));

    public void StartSubWorkflow(
        WorkflowInstance instance, WorkflowStep step, RegisteredWorkflow workflow, string instanceId, string input, DateTimeOffset startedAt) =>
        Open.Add(step.Number, (step, $"{workflow.Name} {instanceId} {input} {startedAt:O}"));

    public void StartTimer(WorkflowInstance instance, WorkflowStep step, DateTimeOffset due) => Open.Add(step.Number, (step, $"timer {due:O}"));

    public void StopTimer(WorkflowInstance instance, WorkflowStep step) => Open.Remove(step.Number);

    public void SendEvent(WorkflowInstance instance, WorkflowStep step, string target, string name, string payload) => Sent.Add(step.Number);

    public void ReportForeignAwait(WorkflowInstance instance) => Assert.Fail("A workflow awaited something that is not from its context.");
}
