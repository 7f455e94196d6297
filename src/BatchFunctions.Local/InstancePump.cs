namespace BatchFunctions.Local;

/// <summary>
/// Runs the code of one workflow instance in turns on the engine's thread: whatever a turn's awaits continue with belongs to the turn, and
/// nothing runs between turns.
/// </summary>
/// <param name="foreign">Called when something continues between turns: the workflow awaited what is not its context's.</param>
internal sealed class InstancePump(Action foreign) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new();
    private volatile int _thread;

    /// <summary>Runs <paramref name="turn"/> and all that it continues with.</summary>
    public void Run(Action turn)
    {
        var before = Current;
        SetSynchronizationContext(this);
        _thread = Environment.CurrentManagedThreadId;
        try
        {
            turn();
            while (_queue.TryDequeue(out var next))
                next.Callback(next.State);
        }
        finally
        {
            _thread = 0;
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (_thread == Environment.CurrentManagedThreadId)
            _queue.Enqueue((d, state));
        else
            foreign();
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (_thread == Environment.CurrentManagedThreadId)
            d(state);
        else
            foreign();
    }

    public override SynchronizationContext CreateCopy() => this;
}
