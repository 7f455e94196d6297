using System.Text;
using BatchFunctions.FunctionApp.Functions;
using BatchFunctions.Workflow;
using Microsoft.DurableTask;
using Moq;

namespace BatchFunctions.FunctionApp.Tests;

/// <summary>
/// Runs the orchestrators as Durable Functions does: whenever something happened, from the top against the recorded history. One that then asks for anything
/// else than it asked for before fails the test. The clock jumps to the next timer when there is nothing else to do.
/// </summary>
internal sealed class ReplayingHub
{
    private readonly Dictionary<string, ReplayedInstance> _instances = new(StringComparer.Ordinal);
    private readonly Queue<Func<Task>> _work = new();
    private readonly List<(DateTime Due, ReplayedInstance Instance, int Action)> _timers = [];
    private readonly Func<string, object, Task<object>> _activity;
    private readonly List<string> _asked = [];

    /// <summary>Makes a hub.</summary>
    /// <param name="activity">Runs an activity by its name.</param>
    public ReplayingHub(Func<string, object, Task<object>> activity) => _activity = activity;

    /// <summary>The clock.</summary>
    public DateTime Now { get; private set; } = FakeTaskHub.Start.UtcDateTime;

    /// <summary>Called when the clock jumps, with how far.</summary>
    public Func<TimeSpan, Task> Jumping { get; init; } = _ => Task.CompletedTask;

    /// <summary>What the orchestrators asked for, in order: activities, sub-orchestrations, timers, events.</summary>
    public IReadOnlyList<string> AskedFor => _asked;

    /// <summary>How often an orchestrator ran from the top.</summary>
    public int Replays { get; private set; }

    /// <summary>How many timers nobody gave up or waited for.</summary>
    public int TimersLeft => _timers.Count;

    /// <summary>Runs a job to its end.</summary>
    public async Task<JobResult> RunAsync(JobRequest request)
    {
        var job = Start(request.JobId, context => Boxed(JobOrchestrators.RunJobAsync(context, Travel<JobRequest>(request))), null);
        while (!job.HasEnded)
        {
            if (_work.TryDequeue(out var next))
                await next();
            else
                await JumpAsync();
        }

        return Travel<JobResult>(await job.Run!);
    }

    /// <summary>Raises an event, as a client of the hub does.</summary>
    public void Raise(string instanceId, string name, string payload) => _work.Enqueue(() =>
    {
        Happened(_instances[instanceId], new(null, name, payload, null));
        return Task.CompletedTask;
    });

    private static async Task<object> Boxed<T>(Task<T> task) => (await task)!;

    private static T Travel<T>(object? value)
    {
        var text = WorkerJson.Serializer.Serialize(value, value?.GetType() ?? typeof(object), default);
        return (T)WorkerJson.Serializer.Deserialize(text.ToStream(), typeof(T), default)!;
    }

    private ReplayedInstance Start(string id, Func<TaskOrchestrationContext, Task<object>> orchestrator, Action<ReplayedInstance>? ended)
    {
        var instance = new ReplayedInstance(id, Now, orchestrator, ended);
        Assert.True(_instances.TryAdd(id, instance), $"Instance {id} is started twice.");
        Turn(instance);
        return instance;
    }

    private async Task JumpAsync()
    {
        Assert.True(_timers.Count > 0, $"Nothing is under way, and the job has not ended: {string.Join(", ", _asked)}");
        var next = _timers.MinBy(timer => timer.Due);
        _timers.Remove(next);
        if (next.Due > Now)
        {
            await Jumping(next.Due - Now);
            Now = next.Due;
        }

        Happened(next.Instance, new(next.Action, null, null, null));
    }

    private void Happened(ReplayedInstance instance, ReplayedEvent what)
    {
        if (instance.HasEnded)
            return;
        instance.History.Add(what with { At = Now });
        Turn(instance);
    }

    private void Turn(ReplayedInstance instance)
    {
        Replays++;
        var known = instance.Actions.Count;
        instance.Replay(ContextOf);
        foreach (var action in instance.Actions.Skip(known).ToArray())
        {
            _asked.Add(action.Name);
            action.Begin();
        }

        _timers.RemoveAll(timer => timer.Instance == instance && instance.Cancelled.Contains(timer.Action));
        if (instance.HasEnded)
            instance.Ended?.Invoke(instance);
    }

    private TaskOrchestrationContext ContextOf(ReplayedInstance instance)
    {
        var context = new Mock<TaskOrchestrationContext>(MockBehavior.Strict);
        context.Setup(sdk => sdk.InstanceId).Returns(instance.Id);
        context.Setup(sdk => sdk.IsReplaying).Returns(() => instance.IsReplaying);
        context.Setup(sdk => sdk.CurrentUtcDateTime).Returns(() => instance.Now);
        context.Setup(sdk => sdk.SetCustomStatus(It.IsAny<object>()));
        context.Setup(sdk => sdk.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>())).Returns((DateTime due, CancellationToken cancellation) =>
            instance.Ask("timer", FormattableString.Invariant($"{due:O}"), number => _timers.Add((due, instance, number)), cancellation));
        context.Setup(sdk => sdk.WaitForExternalEvent<string>(It.IsAny<string>(), It.IsAny<CancellationToken>())).Returns(instance.WaitFor);
        context.Setup(sdk => sdk.SendEvent(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<object>()))
            .Callback((string id, string name, object payload) => instance.Ask($"event {name}", $"{id} {payload}", _ => Raise(id, name, (string)payload), default));
        context.Setup(sdk => sdk.CallSubOrchestratorAsync<GroupOutcome>(It.IsAny<TaskName>(), It.IsAny<object>(), It.IsAny<TaskOptions>()))
            .Returns((TaskName name, object input, TaskOptions options) => OutcomeOf<GroupOutcome>(instance.Ask(name.Name, Text(input), number =>
            {
                var id = ((SubOrchestrationOptions)options).InstanceId!;
                _work.Enqueue(() =>
                {
                    Start(id, sub => Boxed(JobOrchestrators.RunShardGroupAsync(sub, Travel<GroupRequest>(input))), ended => _work.Enqueue(async () =>
                        Happened(instance, new(number, null, await ended.Run!, null))));
                    return Task.CompletedTask;
                });
            }, default)));
        Serve<PreparedJob>(context, instance);
        Serve<PlanSummary>(context, instance);
        Serve<ShardOutcome>(context, instance);
        Serve<DispatchOutcome>(context, instance);
        Serve<CheckOutcome>(context, instance);
        Serve<AggregateOutcome>(context, instance);
        Serve<JobResult>(context, instance);
        Serve<int>(context, instance);
        return context.Object;
    }

    private void Serve<TOutput>(Mock<TaskOrchestrationContext> context, ReplayedInstance instance) =>
        context.Setup(sdk => sdk.CallActivityAsync<TOutput>(It.IsAny<TaskName>(), It.IsAny<object>(), It.IsAny<TaskOptions>()))
            .Returns((TaskName name, object input, TaskOptions _) => OutcomeOf<TOutput>(instance.Ask(name.Name, Text(input), number => _work.Enqueue(async () =>
            {
                try
                {
                    Happened(instance, new(number, null, await _activity(name.Name, input), null));
                }
                catch (TaskFailedException failure)
                {
                    Happened(instance, new(number, null, null, failure));
                }
            }), default)));

    private static async Task<T> OutcomeOf<T>(Task<object?> asked) => Travel<T>(await asked);

    private static string Text(object input) => Encoding.UTF8.GetString(WorkerJson.Serializer.Serialize(input, input.GetType(), default));
}
