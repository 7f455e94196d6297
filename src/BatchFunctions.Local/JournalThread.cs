namespace BatchFunctions.Local;

/// <summary>
/// The engine's thread. It takes what has happened, writes it to the journal in one transaction, and only then lets the workflows hear
/// of it, one after another; so a workflow never acts on what a crash could make undone.
/// </summary>
internal sealed class JournalThread : IDisposable
{
    private readonly EmbeddedEngineOptions _options;
    private readonly IJournalClient _client;
    private readonly TurnQueue _queue = new();
    private readonly Thread _thread;
    private List<PendingWrite> _pending = [];
    private List<PendingWrite> _committed = [];

    /// <summary>Opens a connection of its own to the journal and starts.</summary>
    public JournalThread(EmbeddedEngineOptions options, IJournalClient client)
    {
        (_options, _client) = (options, client);
        Journal = Journal.Open(options.JournalPath);
        _thread = new Thread(Run) { IsBackground = true, Name = "BatchFunctions engine" };
        _thread.Start();
    }

    /// <summary>The journal, for use on the thread only.</summary>
    public Journal Journal { get; }

    /// <summary>Why nothing can be written any more, or null.</summary>
    public BatchFunctionsException? Death { get; private set; }

    /// <summary>Whether something waits for the next transaction.</summary>
    public bool HasPending => _pending.Count > 0;

    /// <summary>Runs <paramref name="action"/> on the thread. When the engine is closed, what happens is found again when the job is continued.</summary>
    public void Post(Action action) => _queue.TryAdd(action);

    /// <summary>Runs <paramref name="call"/> on the thread and gives its result.</summary>
    public async Task<T> CallAsync<T>(Func<T> call)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(() =>
        {
            try
            {
                answer.SetResult(Death is null ? call() : throw Death);
            }
            catch (Exception failure)
            {
                answer.SetException(failure);
            }
        });
        return await answer.Task;
    }

    /// <summary>
    /// Writes something with the next transaction, and gives what <paramref name="write"/> gave once the disk has it. What is asked for
    /// while a transaction is at work shares the next one.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<Journal, T> write)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(() =>
        {
            if (Death is not null)
            {
                answer.SetException(Death);
                return;
            }

            T result = default!;
            Enqueue(new PendingWrite(
                null, journal => result = write(journal), () => answer.TrySetResult(result), failure => answer.TrySetException(failure)));
        });
        return await answer.Task;
    }

    /// <summary>Puts something into the next transaction. On the thread only.</summary>
    public void Enqueue(PendingWrite write) => _pending.Add(write);

    /// <summary>Gives up writing. On the thread only.</summary>
    public void Die(Exception failure)
    {
        Death ??= new BatchFunctionsException(
            ErrorKind.Environment,
            $"The journal {_options.JournalPath} cannot be written: {failure.Message} See to the disk; the job can then be continued.",
            failure);
        Journal.Rollback();
        foreach (var lost in _pending.Concat(_committed))
            lost.Fail?.Invoke(Death);
        _pending.Clear();
        _committed.Clear();
        _client.Die(Death);
    }

    public void Dispose()
    {
        _queue.Complete();
        _thread.Join();
        Journal.Dispose();
    }

    private void Add(Action action) => ObjectDisposedException.ThrowIf(!_queue.TryAdd(action), typeof(EmbeddedEngine));

    private void Run()
    {
        while (_pending.Count > 0 || !_queue.IsCompleted)
        {
            if (_pending.Count == 0)
            {
                if (!_queue.TryWait(out var first))
                    continue;
                Guard(first);
            }

            while (_queue.TryTake(out var next))
                Guard(next);
            Guard(Commit);
            Guard(_client.EndRound);
        }
    }

    private void Commit()
    {
        if (Death is not null || (_pending.Count == 0 && !_client.HasNews))
            return;
        (_pending, _committed) = (_committed, _pending);

        // What a job did can be done again; what somebody was promised must outlive a power cut too.
        Journal.Begin(isFlushed: _committed.Exists(pending => pending.Job is null));
        foreach (var pending in _committed)
        {
            if (!pending.IsStale)
                pending.Write(Journal);
        }

        _client.WriteNews(Journal);
        _options.BeforeCommit?.Invoke();
        Journal.Commit();
        _options.AfterCommit?.Invoke();
        foreach (var pending in _committed)
        {
            if (!pending.IsStale)
                pending.Deliver();
        }

        _committed.Clear();
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure)
        {
            Die(failure);
        }
    }
}
