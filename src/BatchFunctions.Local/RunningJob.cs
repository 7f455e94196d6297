using BatchFunctions.Workflow;

namespace BatchFunctions.Local;

/// <summary>A job at work in this process. Touched on the engine's thread only, but for <see cref="Ended"/> and <see cref="Stopping"/>.</summary>
internal sealed class RunningJob(JobLock jobLock, long key, JobRequest request, DateTimeOffset startedAt) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<JobResult> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Key { get; } = key;

    public JobRequest Request { get; } = request;

    /// <summary>When this run of it began.</summary>
    public DateTimeOffset StartedAt { get; } = startedAt;

    /// <summary>The instances at work, by id; the job's own among them.</summary>
    public Dictionary<string, InstanceRun> Instances { get; } = new(StringComparer.Ordinal);

    /// <summary>What was armed and has not fired: timers, by their steps, and waits before another try, by the calls.</summary>
    public Dictionary<object, ITimer> Timers { get; } = [];

    /// <summary>How many activities are running.</summary>
    public int InFlight { get; set; }

    /// <summary>Whether nothing more is started; what is at work is waited for, and recorded where it still succeeds.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Whether nothing more is recorded either.</summary>
    public bool IsOver { get; set; }

    public JobResult? Result { get; set; }

    public Exception? Fault { get; set; }

    public JobProgress? Progress { get; set; }

    /// <summary>The progress that the journal has.</summary>
    public JobProgress? SavedProgress { get; set; }

    public long SavedAt { get; set; }

    /// <summary>Cancelled when the job's activities are to stop.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>The job's result; cancelled where the job was interrupted.</summary>
    public Task<JobResult> Ended => _ended.Task;

    public void Stop()
    {
        IsStopping = true;
        _stopping.Cancel();
        foreach (var timer in Timers.Values)
            timer.Dispose();
        Timers.Clear();
    }

    /// <summary>Lets go of the job and tells those who wait for it.</summary>
    public void Leave()
    {
        if (Result is not null)
            jobLock.Remove();
        jobLock.Dispose();
        if (Result is not null)
            _ended.TrySetResult(Result);
        else if (Fault is not null)
            _ended.TrySetException(Fault);
        else
            _ended.TrySetCanceled();
    }

    public void Dispose()
    {
        jobLock.Dispose();
        _stopping.Dispose();
    }
}
