using BatchFunctions.FunctionApp.Functions;
using BatchFunctions.Workflow;
using Microsoft.DurableTask;
using Moq;

namespace BatchFunctions.FunctionApp.Tests;

/// <summary>
/// Runs the orchestrators with the app's own activity functions, as a host would: everything goes through the worker's serializer, and
/// failures lose what hosts lose.
/// </summary>
internal sealed class InProcessOrchestration
{
    private readonly AppUnderTest _app;
    private readonly AppActivities _activities;

    public InProcessOrchestration(AppUnderTest app, CancellationToken cancellationToken)
    {
        (_app, _activities) = (app, new AppActivities(app, cancellationToken));
        _app.Time.AutoAdvanceAmount = TimeSpan.FromMilliseconds(1);
    }

    public List<object> Statuses { get; } = [];

    public async Task<JobResult> RunAsync(JobRequest request) =>
        Travel<JobResult>(await JobOrchestrators.RunJobAsync(Context(request.JobId), Travel<JobRequest>(request)));

    private static T Travel<T>(object? value)
    {
        var text = WorkerJson.Serializer.Serialize(value, value?.GetType() ?? typeof(object), default);
        return (T)WorkerJson.Serializer.Deserialize(text.ToStream(), typeof(T), default)!;
    }

    private TaskOrchestrationContext Context(string instanceId)
    {
        var context = new Mock<TaskOrchestrationContext>(MockBehavior.Strict);
        context.Setup(sdk => sdk.InstanceId).Returns(instanceId);
        context.Setup(sdk => sdk.IsReplaying).Returns(false);
        context.Setup(sdk => sdk.CurrentUtcDateTime).Returns(() => _app.Time.GetUtcNow().UtcDateTime);
        context.Setup(sdk => sdk.SetCustomStatus(It.IsAny<object>()))
            .Callback((object? status) => Statuses.Add(Travel<JobProgress>(status)));
        context.Setup(sdk => sdk.SendEvent(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<object>()));
        context.Setup(sdk => sdk.WaitForExternalEvent<string>(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((string _, CancellationToken token) => NeverAsync(token));
        context.Setup(sdk => sdk.CallSubOrchestratorAsync<GroupOutcome>(It.IsAny<TaskName>(), It.IsAny<object>(), It.IsAny<TaskOptions>()))
            .Returns((TaskName _, object input, TaskOptions options) => RunGroupAsync(((SubOrchestrationOptions)options).InstanceId!, input));
        Serve<PreparedJob>(context);
        Serve<PlanSummary>(context);
        Serve<ShardOutcome>(context);
        Serve<DispatchOutcome>(context);
        Serve<CheckOutcome>(context);
        Serve<AggregateOutcome>(context);
        Serve<JobResult>(context);
        Serve<int>(context);
        return context.Object;
    }

    private static async Task<string> NeverAsync(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource<string>();
        await using (cancellationToken.Register(() => never.TrySetCanceled(cancellationToken)))
            return await never.Task;
    }

    private async Task<GroupOutcome> RunGroupAsync(string instanceId, object input) =>
        Travel<GroupOutcome>(await JobOrchestrators.RunShardGroupAsync(Context(instanceId), Travel<GroupRequest>(input)));

    private void Serve<TOutput>(Mock<TaskOrchestrationContext> context) =>
        context.Setup(sdk => sdk.CallActivityAsync<TOutput>(It.IsAny<TaskName>(), It.IsAny<object>(), It.IsAny<TaskOptions>()))
            .Returns(async (TaskName name, object input, TaskOptions _) => Travel<TOutput>(await _activities.RunAsync(name.Name, input)));
}
