namespace BatchFunctions.Local;

/// <summary>Runs something for a job on the engine's thread after a while, unless the job is stopped before. For use on the thread.</summary>
internal sealed class JobTimers(TimeProvider time, JournalThread thread)
{
    // The clock's own timers reach some weeks only.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Runs <paramref name="action"/> after <paramref name="delay"/>.</summary>
    /// <param name="job">The job.</param>
    /// <param name="owner">What it is for: a key in <see cref="RunningJob.Timers"/>.</param>
    /// <param name="delay">How long from now; at once where it is not positive.</param>
    /// <param name="action">What to run.</param>
    public void After(RunningJob job, object owner, TimeSpan delay, Action action)
    {
        if (job.IsStopping)
            return;
        var due = time.GetUtcNow() + delay;
        ITimer? timer = null;
        timer = time.CreateTimer(_ => thread.Post(Fire), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        job.Timers.Add(owner, timer);
        timer.Change(delay < TimeSpan.Zero ? TimeSpan.Zero : delay < Longest ? delay : Longest, Timeout.InfiniteTimeSpan);

        void Fire()
        {
            if (!job.Timers.TryGetValue(owner, out var armed) || armed != timer)
                return;
            job.Timers.Remove(owner);
            armed.Dispose();
            var left = due - time.GetUtcNow();
            if (left > TimeSpan.Zero)
                After(job, owner, left, action);
            else
                action();
        }
    }
}
