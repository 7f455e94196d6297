using System.Text.Json;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local;

/// <summary>
/// One workflow instance: runs its code from the top, gives it recorded outcomes in recorded order, then lets the engine start what is
/// not recorded. It does no input or output and takes no time of its own, so that the same history always leads to the same steps.
/// </summary>
internal sealed class WorkflowInstance : IWorkflowContext
{
    private readonly WorkflowCatalog _catalog;
    private readonly IInstanceHost _host;
    private readonly InstancePump _pump;
    private readonly RegisteredWorkflow _workflow;
    private readonly string _input;
    private readonly List<WorkflowStep> _steps = [];
    private readonly List<WorkflowStep> _toStart = [];
    private readonly Dictionary<int, HistoryEntry> _recorded = [];
    private readonly Dictionary<string, List<TaskCompletionSource<string>>> _waiters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<string>> _arrived = new(StringComparer.Ordinal);
    private Task<string>? _run;
    private BatchFunctionsException? _changed;

    public WorkflowInstance(
        WorkflowCatalog catalog, IInstanceHost host, RegisteredWorkflow workflow, string instanceId, string input, DateTimeOffset startedAt)
    {
        (_catalog, _host, _workflow, _input) = (catalog, host, workflow, input);
        (InstanceId, UtcNow) = (instanceId, startedAt);
        _pump = new InstancePump(() => _host.ReportForeignAwait(this));
    }

    public string InstanceId { get; }

    public string WorkflowName => _workflow.Name;

    public DateTimeOffset UtcNow { get; private set; }

    public bool IsReplaying { get; private set; }

    public JobProgress? Progress { get; private set; }

    /// <summary>The steps asked for so far.</summary>
    public IReadOnlyList<WorkflowStep> Steps => _steps;

    public bool HasEnded => _run is { IsCompleted: true };

    /// <summary>What the workflow gave, once it has ended.</summary>
    public string? Output => _run is { IsCompletedSuccessfully: true } ? _run.Result : null;

    /// <summary>What the workflow failed of, once it has ended so.</summary>
    public ActivityFailure? Failure => _run switch
    {
        { IsFaulted: true } => ActivityFailure.From(_run.Exception!.InnerException ?? _run.Exception),
        { IsCanceled: true } => new ActivityFailure(ErrorKind.Internal, $"Workflow {WorkflowName} let a cancellation through."),
        _ => null,
    };

    /// <summary>Runs the code through <paramref name="history"/>, then starts the steps that have no outcome in it.</summary>
    /// <exception cref="BatchFunctionsException">The history does not fit the code.</exception>
    public void Start(IReadOnlyList<HistoryEntry> history)
    {
        foreach (var entry in history)
        {
            if (entry.Kind != HistoryKind.EventArrived)
                _recorded[entry.Step] = entry;
        }

        IsReplaying = history.Count > 0;
        Turn(() => _run = _workflow.RunAsync(this, _input));
        foreach (var entry in history)
            Apply(entry);
        IsReplaying = false;
        _recorded.Clear();
        StartSteps();
    }

    /// <summary>Gives the code an outcome that was just recorded, and starts what it asks for next.</summary>
    /// <exception cref="BatchFunctionsException">The outcome does not fit the code.</exception>
    public void Deliver(HistoryEntry entry)
    {
        Apply(entry);
        StartSteps();
    }

    public async Task<TOutput> CallActivityAsync<TInput, TOutput>(ActivityName<TInput, TOutput> activity, TInput input, RetryPolicy retry)
    {
        ArgumentNullException.ThrowIfNull(activity);
        var registered = _catalog.Activities.Get(activity);
        var step = Add(StepKind.Activity, activity.Name, out var isRecorded);
        if (!isRecorded)
        {
            var payload = registered.WriteInput(input);
            Refuse(payload, activity.Name, $"the input of activity {activity.Name}");
            step.Start = () => _host.StartActivity(this, step, registered, payload, retry);
        }

        return registered.ReadOutput(await step.Task);
    }

    public async Task<TOutput> CallSubWorkflowAsync<TInput, TOutput>(WorkflowName<TInput, TOutput> workflow, string instanceId, TInput input)
    {
        ArgumentNullException.ThrowIfNull(workflow);
        var registered = _catalog.Get(workflow);
        var step = Add(StepKind.SubWorkflow, workflow.Name, out var isRecorded);
        if (!isRecorded)
        {
            var (payload, at) = (registered.WriteInput(input), UtcNow);
            Refuse(payload, workflow.Name, $"the input of workflow {workflow.Name}");
            step.Start = () => _host.StartSubWorkflow(this, step, registered, instanceId, payload, at);
        }

        return registered.ReadOutput(await step.Task);
    }

    public async Task CreateTimerAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var step = Add(StepKind.Timer, string.Empty, out var isRecorded);
        if (!isRecorded)
            step.Start = () => _host.StartTimer(this, step, due);
        using var registration = cancellationToken.Register(() =>
        {
            if (step.Cancel(cancellationToken) && step.Start is null)
                _host.StopTimer(this, step);
        });
        await step.Task;
    }

    public async Task<string> WaitForEventAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_arrived.TryGetValue(name, out var arrived) && arrived.TryDequeue(out var payload))
            return payload;
        if (!_waiters.TryGetValue(name, out var waiters))
            _waiters.Add(name, waiters = []);
        var waiter = new TaskCompletionSource<string>();
        waiters.Add(waiter);
        using var registration = cancellationToken.Register(() =>
        {
            waiters.Remove(waiter);
            waiter.TrySetCanceled(cancellationToken);
        });
        return await waiter.Task;
    }

    public void SendEvent(string instanceId, string name, string payload)
    {
        var step = Add(StepKind.Event, name, out var isRecorded);
        if (isRecorded)
            return;
        Refuse(payload, name, $"the payload of event {name}");
        step.Start = () => _host.SendEvent(this, step, instanceId, name, payload);
    }

    public void SetProgress(JobProgress progress) => Progress = progress;

    private static StepKind KindOf(HistoryKind kind) => kind switch
    {
        HistoryKind.ActivityCompleted or HistoryKind.ActivityFailed => StepKind.Activity,
        HistoryKind.SubWorkflowCompleted or HistoryKind.SubWorkflowFailed => StepKind.SubWorkflow,
        HistoryKind.TimerFired => StepKind.Timer,
        _ => StepKind.Event,
    };

    private static string Describe(StepKind kind, string name) => kind switch
    {
        StepKind.Activity => $"activity {name}",
        StepKind.SubWorkflow => $"workflow {name}",
        StepKind.Timer => "a timer",
        _ => $"sending event {name}",
    };

    private static void Refuse(string payload, string name, string what)
    {
        if (PayloadLimit.Check(payload, what) is { } refusal)
            throw new ActivityFailedException(name, refusal.Kind, refusal.Message);
    }

    private WorkflowStep Add(StepKind kind, string name, out bool isRecorded)
    {
        var step = new WorkflowStep(_steps.Count, kind, name);
        _steps.Add(step);
        isRecorded = _recorded.TryGetValue(step.Number, out var entry);
        if (!isRecorded)
            _toStart.Add(step);
        else if (KindOf(entry.Kind) != kind || entry.Name != name)
            _changed ??= Changed(step.Number, Describe(KindOf(entry.Kind), entry.Name), Describe(kind, name));
        return step;
    }

    private void Apply(HistoryEntry entry)
    {
        if (entry.Kind == HistoryKind.EventSent || HasEnded)
            return;
        UtcNow = entry.At;
        if (entry.Kind == HistoryKind.EventArrived)
        {
            Turn(() => Receive(entry.Name, entry.Payload!));
            return;
        }

        if (entry.Step >= _steps.Count)
            throw Changed(entry.Step, Describe(KindOf(entry.Kind), entry.Name), "nothing more");
        Turn(() => End(_steps[entry.Step], entry));
    }

    private static void End(WorkflowStep step, HistoryEntry entry)
    {
        if (entry.Kind is HistoryKind.ActivityFailed or HistoryKind.SubWorkflowFailed)
        {
            var failure = JsonSerializer.Deserialize(entry.Payload!, WorkflowJson.Default.ActivityFailure)!;
            step.Fail(new ActivityFailedException(step.Name, failure.Kind, failure.Message));
        }
        else
        {
            step.Complete(entry.Payload ?? string.Empty);
        }
    }

    private void Receive(string name, string payload)
    {
        if (_waiters.TryGetValue(name, out var waiters) && waiters.Count > 0)
        {
            var waiter = waiters[0];
            waiters.RemoveAt(0);
            waiter.TrySetResult(payload);
            return;
        }

        if (!_arrived.TryGetValue(name, out var arrived))
            _arrived.Add(name, arrived = new Queue<string>());
        arrived.Enqueue(payload);
    }

    private void Turn(Action turn)
    {
        _pump.Run(turn);
        if (_changed is not null)
            throw _changed;
    }

    private void StartSteps()
    {
        foreach (var step in _toStart)
        {
            var start = step.Start;
            step.Start = null;
            if (!step.HasEnded)
                start?.Invoke();
        }

        _toStart.Clear();
    }

    private BatchFunctionsException Changed(int step, string recorded, string asked) => new(
        ErrorKind.Request,
        $"The workflow has changed since job instance {InstanceId} started: its step {step} was {recorded}, and the code now asks for {asked}. " +
        "Continue it with the version of the program that started it, or start a new job.");
}
