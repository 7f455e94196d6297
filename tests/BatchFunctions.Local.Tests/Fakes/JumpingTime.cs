using System.Collections.Concurrent;

namespace BatchFunctions.Local.Tests.Fakes;

/// <summary>A clock that nobody waits for: a timer fires at once and sets the clock to when it was due. Timers with a period never fire.</summary>
internal sealed class JumpingTime : TimeProvider
{
    private long _ticks = new DateTimeOffset(2026, 2, 8, 2, 0, 0, TimeSpan.Zero).UtcTicks;

    /// <summary>How long was asked to be waited, in order of asking.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new JumpingTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class JumpingTimer(JumpingTime time, TimerCallback callback, object? state) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime >= TimeSpan.Zero && period == Timeout.InfiniteTimeSpan)
            {
                time.Waits.Enqueue(dueTime);
                Interlocked.Add(ref time._ticks, dueTime.Ticks);
                ThreadPool.QueueUserWorkItem(_ => callback(state));
            }

            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
