using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Cli.Progress;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Remote;

/// <summary>A job on a server: watches it to its end and says how it ended, as <c>run</c> does.</summary>
internal sealed class RemoteJob(CommandScope scope, JobClient client, ServerOptions server, string jobId)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(1);

    private string LookAgain => scope.CommandLineFor(["status", jobId, .. server.Words(scope)]);

    /// <summary>Watches the job; gives the exit code. When the process is asked to stop, the job goes on.</summary>
    public async Task<int> WatchAsync(CancellationToken cancellationToken)
    {
        var ending = new JobEnding(scope, jobId);
        JobRecord? last = null;
        try
        {
            var time = scope.Terminal.Time;
            using var watch = new JobWatch(time);
            var patience = new Patience(time, watch.Report);
            var result = await scope.CreateProgressDisplay().ShowAsync(watch, async () =>
            {
                for (var pause = FirstPause; ; pause = 2 * pause < MaxPause ? 2 * pause : MaxPause)
                {
                    last = await patience.TryAsync(() => client.GetAsync(jobId, cancellationToken), cancellationToken);
                    if (last.Result is { } end)
                        return end;
                    if (last.Progress is { } progress)
                        watch.Report(progress);
                    await Task.Delay(pause, time, cancellationToken);
                }
            });
            var report = result.RunFolder is null ? null : await FindReportAsync(cancellationToken);
            return ending.Show(result, report, LookAgain);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            scope.Terminal.Error.WriteLine($"batchfn: no longer watching; job {jobId} goes on. Look again with: {LookAgain}");
            if (scope.Json)
                CliJson.Write(scope.Terminal.Out, JobSummary.Of(jobId, last?.Status ?? JobStatus.Pending, last?.Progress, null), CliJson.Default.JobSummary);
            return ExitCodes.Cancelled;
        }
        catch (Exception exception)
        {
            return ending.ShowError(exception, last);
        }
    }

    // The job has ended well whether its report can be had or not.
    private async Task<string?> FindReportAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetReportAsync(jobId, cancellationToken);
        }
        catch (Exception exception) when (exception is BatchFunctionsException or ServerUnreachableException)
        {
            return null;
        }
    }
}
