using System.Diagnostics;
using BatchFunctions.Cli.Output;
using BatchFunctions.Cli.Progress;
using BatchFunctions.Local;
using BatchFunctions.Telemetry;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Jobs;

/// <summary>Runs one job on the embedded engine, shows its progress, and says how it ended.</summary>
internal sealed class JobRunner(CommandScope scope, string jobId)
{
    private readonly JobEnding _ending = new(scope, jobId);

    /// <summary>Starts the job, continues it, or shows its recorded end; gives the exit code.</summary>
    /// <param name="prepare">Puts in place what the job needs, and makes its request.</param>
    /// <param name="cancellationToken">Cancelled when the process is asked to stop.</param>
    public async Task<int> RunAsync(Func<Workplace, Task<JobRequest>> prepare, CancellationToken cancellationToken)
    {
        try
        {
            await using var workplace = new Workplace(scope);
            using var span = JobTrace.Source.StartActivity("batchfn", ActivityKind.Producer);
            var request = await prepare(workplace) with { TraceParent = JobTrace.Current };
            await using var engine = await workplace.OpenEngineAsync(cancellationToken);
            try
            {
                await AnnounceAsync(engine, cancellationToken);
                var result = await WatchAsync(engine, () => engine.RunAsync(request, cancellationToken));
                var report = result.RunFolder is { } folder ? await workplace.FindTextAsync($"{folder}/report.txt", CancellationToken.None) : null;
                return _ending.Show(result, report, scope.CommandLineFor("report", jobId));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return _ending.ShowInterrupted(await engine.FindAsync(jobId, CancellationToken.None));
            }
            catch (BatchFunctionsException refusal)
            {
                return _ending.ShowError(refusal, await engine.FindAsync(jobId, CancellationToken.None));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return _ending.ShowInterrupted(null);
        }
        catch (Exception exception)
        {
            return _ending.ShowError(exception);
        }
    }

    private async Task AnnounceAsync(EmbeddedEngine engine, CancellationToken cancellationToken)
    {
        var job = await engine.FindAsync(jobId, cancellationToken);
        scope.Words.WriteLine(job switch
        {
            null or { Status: JobStatus.Pending } => $"Job {jobId}",
            { Status: JobStatus.Failed or JobStatus.Cancelled } =>
                $"Job {jobId} ended at {Words.Moment(job.UpdatedAt)} and is not run again by this; this is its record. To run it again: {scope.CommandLineFor("retry", jobId)}",
            { Result: not null } => $"Job {jobId} ended at {Words.Moment(job.UpdatedAt)} and is not run again; this is its record. Another --job-id makes another job.",
            _ => $"Job {jobId}, continued",
        });
    }

    private async Task<JobResult> WatchAsync(EmbeddedEngine engine, Func<Task<JobResult>> job)
    {
        var time = scope.Terminal.Time;
        using var watch = new JobWatch(time);
        var display = scope.CreateProgressDisplay();
        engine.ProgressChanged += Report;
        engine.Retrying += ReportRetry;
        try
        {
            return await display.ShowAsync(watch, job);
        }
        finally
        {
            engine.ProgressChanged -= Report;
            engine.Retrying -= ReportRetry;
        }

        void ReportRetry(string id, RetryNotice notice)
        {
            if (id == jobId)
                watch.Report(notice);
        }

        void Report(string id, JobProgress progress)
        {
            if (id == jobId)
                watch.Report(progress);
        }
    }
}
