using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn report</c>: the report of a job that has ended.</summary>
internal sealed class ReportCommand : CommandDefinition
{
    private readonly Argument<string> _job = new("JOB") { Description = "The job's id." };

    /// <inheritdoc/>
    protected override Command Describe() => new("report", "Show the report of a job that has ended.") { _job };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var jobId = scope.Parsed.GetRequiredValue(_job);
        await using var workplace = new Workplace(scope);
        var job = await workplace.RequireJobAsync(jobId, cancellationToken);
        if (job.Result is null)
            throw new BatchFunctionsException(ErrorKind.Request, $"Job {jobId} has not ended yet: {job.Status}. Its report is written at the end.");
        if (job.Result.RunFolder is not { } runFolder)
            throw new BatchFunctionsException(ErrorKind.Request, $"Job {jobId} has no report, as it ended before it had a run folder: {job.Result.Error}");
        runFolder = await workplace.FollowAsync(runFolder, cancellationToken);
        var report = await workplace.FindTextAsync($"{runFolder}/report.txt", cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"There is no report.txt in {runFolder}. Job {jobId} ended as {job.Status}{(job.Result.Error is { } error ? $": {error}" : ".")}");
        if (scope.Json)
            CliJson.Write(scope.Terminal.Out, new ReportView(jobId, runFolder, report), CliJson.Default.ReportView);
        else
            scope.Terminal.Out.Write(report);
        return ExitCodes.Succeeded;
    }
}
