namespace BatchFunctions.Workflow;

/// <summary>
/// Threads of a process's own for the activities that it runs, which block them: they run models, and read, write and flush files. On the thread pool, which
/// has as many threads as there are processors, they would hold up each other and whatever else the process does, such as answering requests.
/// Started as they are needed; the one that worked last is the first to work again, since what it needs is still in the cache.
/// </summary>
/// <param name="most">How many there may be; more work waits for one of them.</param>
public sealed class ActivityThreads(int most) : TaskScheduler, IDisposable
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly Queue<Task> _waiting = new();
    private readonly List<Worker> _idle = [];
    private int _threads;
    private bool _isClosed;

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => most;

    /// <summary>Runs <paramref name="work"/> and all that it awaits on these threads.</summary>
    /// <param name="work">The work.</param>
    public Task RunAsync(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    /// <summary>Lets the threads end when they have no work left. What comes later is run on the thread pool.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            foreach (var worker in _idle)
                worker.Wake(null);
            _idle.Clear();
        }
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        lock (_lock)
        {
            if (_idle.Count > 0)
            {
                var worker = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
                worker.Wake(task);
                return;
            }

            if (_isClosed)
            {
                ThreadPool.UnsafeQueueUserWorkItem(_ => TryExecuteTask(task), null);
                return;
            }

            if (_threads == most)
            {
                _waiting.Enqueue(task);
                return;
            }

            _threads++;
        }

        new Worker(this).Start(task);
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && Current == this && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_lock)
            return [.. _waiting];
    }

    private sealed class Worker(ActivityThreads owner)
    {
        private readonly object _signal = new();
        private Task? _task;
        private bool _isWoken;

        public void Start(Task task) =>
            new Thread(() => Run(task)) { IsBackground = true, Name = "BatchFunctions activity" }.Start();

        /// <summary>Gives an idle worker something to do, or lets it end.</summary>
        public void Wake(Task? task)
        {
            lock (_signal)
            {
                (_task, _isWoken) = (task, true);
                Monitor.Pulse(_signal);
            }
        }

        private void Run(Task? task)
        {
            for (; task is not null; task = Next())
                owner.TryExecuteTask(task);
            lock (owner._lock)
                owner._threads--;
        }

        private Task? Next()
        {
            lock (owner._lock)
            {
                if (owner._waiting.TryDequeue(out var next))
                    return next;
                if (owner._isClosed)
                    return null;
                owner._idle.Add(this);
            }

            if (IsWoken(IdleTime))
                return _task;
            lock (owner._lock)
            {
                if (owner._idle.Remove(this))
                    return null;
            }

            // Somebody has just taken it off the list, to give it a task.
            IsWoken(Timeout.InfiniteTimeSpan);
            return _task;
        }

        private bool IsWoken(TimeSpan wait)
        {
            lock (_signal)
            {
                while (!_isWoken && Monitor.Wait(_signal, wait))
                {
                }

                var isWoken = _isWoken;
                _isWoken = false;
                return isWoken;
            }
        }
    }
}
