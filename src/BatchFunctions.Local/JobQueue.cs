using System.Threading.Channels;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Local;

/// <summary>
/// Runs the jobs that wait, first come, first served, so many at once. It looks for them when it is woken, when a job ends, and from time
/// to time, since other processes leave jobs in the journal too.
/// </summary>
/// <param name="options">How many jobs run at once, and how often it looks.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where jobs that cannot be run are logged.</param>
/// <param name="records">Where it looks.</param>
/// <param name="run">Runs a job of this id to its end, where there is one and it has not ended.</param>
internal sealed class JobQueue(
    EmbeddedEngineOptions options,
    TimeProvider time,
    ILogger logger,
    JobRecords records,
    Func<string, CancellationToken, Task> run)
{
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<string, Task<bool>> _running = new(StringComparer.Ordinal);
    private readonly HashSet<string> _givenUp = new(StringComparer.Ordinal);
    private readonly Queue<JobRecord> _interrupted = [];

    /// <summary>Lets it look now.</summary>
    public void Wake() => _news.Writer.TryWrite(true);

    /// <summary>Continues what was interrupted, the oldest first, then runs what waits, until it is stopped.</summary>
    /// <param name="death">Gives why the journal cannot be written any more, or null as long as it can.</param>
    /// <param name="stop">Stops it: jobs at work are interrupted, and it has ended when they have stopped.</param>
    /// <exception cref="BatchFunctionsException">The journal cannot be written any more.</exception>
    public async Task RunAsync(Func<BatchFunctionsException?> death, CancellationToken stop)
    {
        await using var poll = time.CreateTimer(_ => Wake(), null, options.PollInterval, options.PollInterval);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            foreach (var record in records.ListInterrupted())
                _interrupted.Enqueue(record);
            while (true)
            {
                TakeUp(ending.Token);
                await _news.Reader.ReadAsync(stop);
                if (death() is { } failure)
                    throw failure;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(_running.Values);
        }
    }

    private void TakeUp(CancellationToken stop)
    {
        foreach (var (jobId, job) in _running.Where(job => job.Value.IsCompletedSuccessfully).ToArray())
        {
            _running.Remove(jobId);
            if (!job.Result)
                _givenUp.Add(jobId);
        }

        while (_running.Count < options.MaxConcurrentJobs && _interrupted.TryDequeue(out var next))
            TakeUp(next, stop);
        var free = options.MaxConcurrentJobs - _running.Count;
        if (free == 0)
            return;
        try
        {
            // Those that are not taken up must not hide those behind them.
            foreach (var next in records.ListWaiting(free + _running.Count + _givenUp.Count))
                TakeUp(next, stop);
        }
        catch (BatchFunctionsException failure)
        {
            logger.LogError(failure, "The queue cannot look for jobs; it tries again.");
        }
    }

    private void TakeUp(JobRecord record, CancellationToken stop)
    {
        if (_running.Count < options.MaxConcurrentJobs && !_running.ContainsKey(record.JobId) && !_givenUp.Contains(record.JobId))
            _running.Add(record.JobId, RunAsync(record.JobId, stop));
    }

    /// <summary>Runs a job; gives whether the queue may take it up again.</summary>
    private async Task<bool> RunAsync(string jobId, CancellationToken stop)
    {
        await Task.Yield();
        try
        {
            await run(jobId, stop);
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception failure)
        {
            return IsElsewhere(jobId, failure);
        }
        finally
        {
            Wake();
        }
    }

    private bool IsElsewhere(string jobId, Exception failure)
    {
        try
        {
            if (records.Find(jobId) is { Status: JobStatus.Running } taken)
            {
                logger.LogDebug("Job {Job} was taken up by {Owner}.", jobId, taken.Owner);
                return true;
            }
        }
        catch (BatchFunctionsException)
        {
            // What is logged below says more than that the journal cannot be read either.
        }

        logger.LogError(failure, "Job {Job} cannot be run. The queue leaves it alone until this process is started again.", jobId);
        return false;
    }
}
