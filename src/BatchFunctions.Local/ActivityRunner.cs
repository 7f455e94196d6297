using System.Text.Json;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Local;

/// <summary>Runs activities on threads of their own, tries failed ones again, and hands over what became of them.</summary>
/// <param name="options">How many may run at once.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where failed tries are logged.</param>
/// <param name="thread">The engine's thread, which everything else here runs on.</param>
/// <param name="timers">For the waits before another try.</param>
/// <param name="deliver">Gives an outcome to its instance, once it is committed.</param>
/// <param name="retrying">Called on the engine's thread when a failed call will be tried again.</param>
internal sealed class ActivityRunner(
    EmbeddedEngineOptions options,
    TimeProvider time,
    ILogger logger,
    JournalThread thread,
    JobTimers timers,
    Action<InstanceRun, HistoryEntry> deliver,
    Action<RunningJob, RetryNotice> retrying) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(options.MaxConcurrentActivities);
    private readonly ActivityThreads _threads = new(options.MaxConcurrentActivities);

    public void Dispose()
    {
        _threads.Dispose();
        _slots.Dispose();
    }

    /// <summary>Starts a call, or goes on with its tries where the job was stopped.</summary>
    public void Start(ActivityCall call)
    {
        var wait = TimeSpan.Zero;
        if (call.Run.Attempts.Remove(call.Step.Number, out var failed) && failed.Count < call.Retry.Attempts)
        {
            call.Attempt = failed.Count + 1;
            wait = failed.LastAt + call.Retry.DelayAfter(failed.Count) - time.GetUtcNow();
        }

        if (wait > TimeSpan.Zero)
            timers.After(call.Run.Job, call, wait, () => Try(call));
        else
            Try(call);
    }

    // Up to a tenth more, so that shards that failed together are not tried again together.
    private static TimeSpan Jitter(TimeSpan delay) => delay * (1 + (Random.Shared.NextDouble() * 0.1));

    private void Try(ActivityCall call)
    {
        var job = call.Run.Job;
        if (job.IsStopping)
            return;
        job.InFlight++;
        _threads.RunAsync(async () =>
        {
            string? output = null;
            ActivityFailure? failure = null;
            var isRefused = false;
            try
            {
                output = await RunAsync(call, job.Stopping);
                failure = PayloadLimit.Check(output, $"the output of activity {call.Activity.Name}");
                isRefused = failure is not null;
            }
            catch (Exception exception)
            {
                // What fails while the job is being stopped failed of that; it is tried again when the job is continued.
                if (!job.Stopping.IsCancellationRequested)
                    failure = ActivityFailure.From(exception);
            }

            thread.Post(() => End(call, output, failure, isRefused));
        });
    }

    private async Task<string> RunAsync(ActivityCall call, CancellationToken stopping)
    {
        await _slots.WaitAsync(stopping);
        try
        {
            return await call.Activity.RunAsync(call.Input, stopping);
        }
        finally
        {
            _slots.Release();
        }
    }

    private void End(ActivityCall call, string? output, ActivityFailure? failure, bool isRefused)
    {
        var run = call.Run;
        run.Job.InFlight--;
        if (run.Job.IsOver)
            return;
        if (failure is not null)
        {
            EndFailed(call, failure, !isRefused && call.Attempt < call.Retry.Attempts && ActivityFailedException.IsRetriable(failure.Kind));
        }
        else if (output is not null)
        {
            var entry = new HistoryEntry(HistoryKind.ActivityCompleted, call.Step.Number, call.Step.Name, output, run.Stamp(time));
            thread.Enqueue(new PendingWrite(run.Job, journal => run.Append(journal, entry), () => deliver(run, entry)));
        }
    }

    private void EndFailed(ActivityCall call, ActivityFailure failure, bool again)
    {
        var (run, attempt) = (call.Run, call.Attempt);
        logger.LogWarning(
            "Activity {Activity} of {Instance} failed at try {Attempt} ({Kind}): {Message}",
            call.Step.Name, run.Instance.InstanceId, attempt, failure.Kind, failure.Message);
        var entry = new HistoryEntry(
            HistoryKind.ActivityFailed,
            call.Step.Number,
            call.Step.Name,
            JsonSerializer.Serialize(failure, WorkflowJson.Default.ActivityFailure),
            run.Stamp(time));
        thread.Enqueue(new PendingWrite(
            run.Job,
            journal =>
            {
                journal.AddAttempt(run.KeyIn(journal), call.Step.Number, call.Step.Name, attempt, failure, entry.At);
                if (!again)
                    run.Append(journal, entry);
            },
            () =>
            {
                if (!again)
                {
                    deliver(run, entry);
                    return;
                }

                call.Attempt++;
                var delay = Jitter(call.Retry.DelayAfter(attempt));
                timers.After(run.Job, call, delay, () => Try(call));
                retrying(run.Job, new RetryNotice(call.Step.Name, attempt, call.Retry.Attempts, failure.Message, delay));
            }));
    }
}
