using System.Diagnostics.CodeAnalysis;

namespace BatchFunctions.Local;

/// <summary>
/// What waits for a thread's turn, in order. The thread that waits for more sleeps at once: many turns come with pauses between them in which a
/// thread that looks again and again would take a processor from those whose work it waits for.
/// </summary>
internal sealed class TurnQueue
{
    private readonly object _lock = new();
    private readonly Queue<Action> _turns = new();
    private bool _isComplete;

    /// <summary>Whether nothing is left and nothing will come.</summary>
    public bool IsCompleted
    {
        get
        {
            lock (_lock)
                return _isComplete && _turns.Count == 0;
        }
    }

    /// <summary>Adds a turn; gives false where none is taken any more.</summary>
    public bool TryAdd(Action turn)
    {
        lock (_lock)
        {
            if (_isComplete)
                return false;
            _turns.Enqueue(turn);
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>The next turn, if it is there.</summary>
    public bool TryTake([MaybeNullWhen(false)] out Action turn)
    {
        lock (_lock)
            return _turns.TryDequeue(out turn);
    }

    /// <summary>Waits for the next turn; gives false when none will come.</summary>
    public bool TryWait([MaybeNullWhen(false)] out Action turn)
    {
        lock (_lock)
        {
            while (_turns.Count == 0 && !_isComplete)
                Monitor.Wait(_lock);
            return _turns.TryDequeue(out turn);
        }
    }

    /// <summary>Takes no more turns.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            Monitor.PulseAll(_lock);
        }
    }
}
