using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Cli.Remote;
using BatchFunctions.Local;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn cancel</c>: ends a job, whichever process runs it.</summary>
internal sealed class CancelCommand : CommandDefinition
{
    private readonly Argument<string> _job = new("JOB") { Description = "The job's id." };
    private readonly ServerOptions _server = new();

    /// <inheritdoc/>
    protected override Command Describe()
    {
        var command = new Command("cancel", "End a job, whichever process runs it; with --server, a job of that server. It publishes nothing, and only 'retry' runs it again.") { _job };
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
            return Show(scope, jobId, (await patience.TryAsync(() => client.CancelAsync(jobId, cancellationToken), cancellationToken)).Status);
        }

        await using var workplace = new Workplace(scope);
        var job = await workplace.RequireJobAsync(jobId, cancellationToken);
        if (job.Result is not null)
            throw new BatchFunctionsException(ErrorKind.Request, $"Job {jobId} has ended already: {job.Status}. There is nothing to cancel.");

        await using var engine = await workplace.OpenEngineAsync(cancellationToken);
        if (await engine.CancelAsync(jobId, cancellationToken) != JobChange.Accepted)
            throw new BatchFunctionsException(ErrorKind.Request, $"Job {jobId} ended just now. There is nothing to cancel.");

        var status = await EndAsync(engine, jobId, cancellationToken);
        return Show(scope, jobId, status);
    }

    private int Show(CommandScope scope, string jobId, JobStatus status)
    {
        if (scope.Json)
            CliJson.Write(scope.Terminal.Out, new CancelView(jobId, status.ToString()), CliJson.Default.CancelView);
        else
            scope.Terminal.Out.WriteLine(status == JobStatus.Cancelled
                ? $"Job {jobId} is cancelled."
                : $"Job {jobId} was asked to stop. It ends once the shards at work are done: {scope.CommandLineFor(["status", jobId, .. scope.Parsed.GetValue(_server.Server) is null ? [] : _server.Words(scope)])}");
        return ExitCodes.Succeeded;
    }

    // A job that was begun and that no process runs hears of it only when it is continued; so it is, to its end.
    private static async Task<JobStatus> EndAsync(EmbeddedEngine engine, string jobId, CancellationToken cancellationToken)
    {
        var status = await StatusOfAsync(engine, jobId, cancellationToken);
        if (status != JobStatus.Interrupted)
            return status;
        try
        {
            return (await engine.ResumeAsync(jobId, cancellationToken)).Status;
        }
        catch (BatchFunctionsException)
        {
            // A server may have taken it up meanwhile.
            status = await StatusOfAsync(engine, jobId, cancellationToken);
            if (status == JobStatus.Interrupted)
                throw;
            return status;
        }
    }

    private static async Task<JobStatus> StatusOfAsync(EmbeddedEngine engine, string jobId, CancellationToken cancellationToken) =>
        (await engine.FindAsync(jobId, cancellationToken))?.Status ?? JobStatus.Cancelled;
}
