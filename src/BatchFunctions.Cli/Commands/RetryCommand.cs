using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Remote;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn retry</c>: a job that failed or was cancelled again, from what it had committed.</summary>
internal sealed class RetryCommand : CommandDefinition
{
    private readonly Argument<string> _job = new("JOB") { Description = "The job's id." };

    private readonly ServerOptions _server = new();

    /// <inheritdoc/>
    protected override Command Describe()
    {
        var command = new Command("retry", "Run a failed or cancelled job again, with --server one of that server: only shards that are not committed are scored.") { _job };
        _server.AddTo(command);
        return command;
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var jobId = scope.Parsed.GetRequiredValue(_job);
        using var client = _server.FindClient(scope);
        if (client is not null)
        {
            var patience = new Patience(scope.Terminal.Time, scope.Terminal.Error.WriteLine);
            await patience.TryAsync(() => client.RetryAsync(jobId, cancellationToken), cancellationToken);
            return await new RemoteJob(scope, client, _server, jobId).WatchAsync(cancellationToken);
        }

        return await new JobRunner(scope, jobId).RunAsync(
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
