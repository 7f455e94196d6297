using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn retry</c>: a job that failed or was cancelled again, from what it had committed.</summary>
internal sealed class RetryCommand : CommandDefinition
{
    private readonly Argument<string> _job = new("JOB") { Description = "The job's id." };

    /// <inheritdoc/>
    protected override Command Describe() => new("retry", "Run a failed or cancelled job again: only shards that are not committed are scored.") { _job };

    /// <inheritdoc/>
    protected override Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var jobId = scope.Parsed.GetRequiredValue(_job);
        return new JobRunner(scope, jobId).RunAsync(
            async workplace =>
            {
                var job = await workplace.RequireJobAsync(jobId, cancellationToken);
                await using var engine = await workplace.OpenEngineAsync(cancellationToken);
                return await engine.RetryAsync(jobId, cancellationToken) == JobChange.Accepted
                    ? job.Request
                    : throw new BatchFunctionsException(
                        ErrorKind.Request, $"Job {jobId} is {job.Status}; only a job that failed or was cancelled can be retried. {scope.CommandLineFor("status", jobId)}");
            },
            cancellationToken);
    }
}
