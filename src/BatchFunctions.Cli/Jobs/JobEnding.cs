using BatchFunctions.Cli.Output;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Jobs;

/// <summary>Says how a job ended, to a person or to a script, and what the process ends with.</summary>
internal sealed class JobEnding(CommandScope scope, string jobId)
{
    /// <summary>Shows the end of a job.</summary>
    /// <param name="result">How it ended.</param>
    /// <param name="report">The report's text, or null where there is none.</param>
    /// <param name="next">A command line to type next.</param>
    public int Show(JobResult result, string? report, string next)
    {
        var (words, error) = (scope.Words, scope.Terminal.Error);
        var succeeded = result.Status is JobStatus.Succeeded or JobStatus.SucceededWithWarnings;
        if (succeeded && result.RunFolder is { } runFolder)
            ShowResults(result, runFolder, report, next);
        foreach (var warning in result.Warnings)
            error.WriteLine($"Warning: {warning}");
        if (result.Status == JobStatus.Cancelled)
            error.WriteLine($"batchfn: job {jobId} was cancelled. It has published nothing.");
        else if (!succeeded)
            error.WriteLine($"batchfn: job {jobId} failed: {result.Error}");
        if (!succeeded && result.RunFolder is { } evidence)
            words.WriteLine($"What is known of it: {evidence}");
        if (scope.Json)
            CliJson.Write(scope.Terminal.Out, JobSummary.Of(result), CliJson.Default.JobSummary);
        return result.Status switch
        {
            JobStatus.Cancelled => ExitCodes.Cancelled,
            JobStatus.Failed => ErrorReport.ExitCodeOf(result.ErrorKind ?? ErrorKind.Internal),
            _ => ExitCodes.Succeeded,
        };
    }

    /// <summary>Shows that the process was asked to stop before the job ended.</summary>
    /// <param name="job">What the engine knows of it, or null where it was not started.</param>
    public int ShowInterrupted(JobRecord? job)
    {
        scope.Terminal.Error.WriteLine(job is null
            ? "batchfn: interrupted before the job started."
            : $"batchfn: interrupted; continue with: {scope.CommandLineFor("resume", jobId)}");
        if (scope.Json)
            CliJson.Write(scope.Terminal.Out, JobSummary.Of(jobId, JobStatus.Interrupted, job?.Progress, null), CliJson.Default.JobSummary);
        return ExitCodes.Cancelled;
    }

    /// <summary>Shows that the job could not be run to its end.</summary>
    /// <param name="exception">Why.</param>
    /// <param name="job">What the engine knows of it: another process may run it, or it may have ended before. Null where it knows nothing.</param>
    public int ShowError(Exception exception, JobRecord? job = null)
    {
        var exitCode = ErrorReport.Write(scope.Terminal.Error, exception, scope.Verbose);
        if (scope.Json)
            CliJson.Write(scope.Terminal.Out, JobSummary.Of(jobId, job?.Status ?? JobStatus.Failed, job?.Progress, ErrorReport.MessageOf(exception)), CliJson.Default.JobSummary);
        return exitCode;
    }

    private void ShowResults(JobResult result, string runFolder, string? report, string next)
    {
        if (report is not null)
        {
            scope.Words.WriteLine();
            scope.Words.WriteLine(report.TrimEnd());
        }

        scope.Words.WriteLine();
        Sheet.Write(
            scope.Words,
            ("Run folder", runFolder),
            ("Predictions", $"{runFolder}/predictions"),
            ("Rejects", result.RecordsFailed > 0 ? $"{runFolder}/rejects" : null),
            ("Report", $"{runFolder}/report.html"),
            ("Next", next));
    }
}
