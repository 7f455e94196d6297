using Microsoft.DurableTask;

namespace BatchFunctions.FunctionApp.Tests;

/// <summary>An orchestration with its history. It is run from the top each time, on one thread, with each recorded outcome where it came before.</summary>
internal sealed class ReplayedInstance(string id, DateTime startedAt, Func<TaskOrchestrationContext, Task<object>> orchestrator, Action<ReplayedInstance>? ended)
{
    private readonly Dictionary<string, Queue<object>> _arrived = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<TaskCompletionSource<string>>> _waiters = new(StringComparer.Ordinal);
    private List<TaskCompletionSource<object?>> _asked = [];
    private int _replayed;

    public string Id => id;

    public Action<ReplayedInstance>? Ended => ended;

    public List<ReplayedEvent> History { get; } = [];

    /// <summary>What it asked for, in order.</summary>
    public List<(string Name, string Input, Action Begin)> Actions { get; } = [];

    /// <summary>The timers that it gave up.</summary>
    public HashSet<int> Cancelled { get; } = [];

    public DateTime Now { get; private set; }

    public bool IsReplaying => _replayed < History.Count;

    public Task<object>? Run { get; private set; }

    public bool HasEnded => Run is { IsCompleted: true };

    public void Replay(Func<ReplayedInstance, TaskOrchestrationContext> contextOf)
    {
        (_asked, _replayed, Now) = ([], 0, startedAt);
        _arrived.Clear();
        _waiters.Clear();
        var known = Actions.Count;
        var turns = new Turns();
        turns.Run(() => Run = orchestrator(contextOf(this)));
        foreach (var what in History.ToArray())
        {
            _replayed++;
            Now = what.At;
            turns.Run(() => Deliver(what));
        }

        Assert.True(_asked.Count >= known, $"{Id} asked for {known} actions before, and now for {_asked.Count}.");
    }

    public Task<object?> Ask(string name, string input, Action<int> begin, CancellationToken cancellation)
    {
        var number = _asked.Count;
        if (number < Actions.Count)
            Assert.Equal((Actions[number].Name, Actions[number].Input), (name, input));
        else
            Actions.Add((name, input, () => begin(number)));
        var source = new TaskCompletionSource<object?>();
        _asked.Add(source);
        cancellation.Register(() =>
        {
            if (source.TrySetCanceled(cancellation))
                Cancelled.Add(number);
        });
        return source.Task;
    }

    public Task<string> WaitFor(string name, CancellationToken cancellation)
    {
        if (_arrived.TryGetValue(name, out var arrived) && arrived.TryDequeue(out var payload))
            return Task.FromResult((string)payload);
        var source = new TaskCompletionSource<string>();
        if (!_waiters.TryGetValue(name, out var waiters))
            _waiters.Add(name, waiters = []);
        waiters.Add(source);
        cancellation.Register(() =>
        {
            waiters.Remove(source);
            source.TrySetCanceled(cancellation);
        });
        return source.Task;
    }

    private void Deliver(ReplayedEvent what)
    {
        if (what.Action is { } number)
        {
            Assert.True(number < _asked.Count, $"{Id} no longer asks for action {number}, {Actions[number].Name}.");
            if (what.Failure is { } failure)
                _asked[number].TrySetException(failure);
            else
                _asked[number].TrySetResult(what.Outcome);
        }
        else if (_waiters.TryGetValue(what.Name!, out var waiters) && waiters.Count > 0)
        {
            var waiter = waiters[0];
            waiters.RemoveAt(0);
            waiter.TrySetResult((string)what.Outcome!);
        }
        else
        {
            if (!_arrived.TryGetValue(what.Name!, out var arrived))
                _arrived.Add(what.Name!, arrived = new Queue<object>());
            arrived.Enqueue(what.Outcome!);
        }
    }

    // All of an orchestrator's code runs on the thread that delivers an outcome, before the next one is delivered.
    private sealed class Turns : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();

        public void Run(Action turn)
        {
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                turn();
                while (_posted.TryDequeue(out var next))
                    next.Callback(next.State);
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }

        public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));
    }
}
