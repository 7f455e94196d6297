using System.CommandLine;
using BatchFunctions.Cli.Output;
using BatchFunctions.Cli.Remote;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn submit</c>: a job on a server.</summary>
internal sealed class SubmitCommand : CommandDefinition
{
    private readonly JobOptions _options = new("The pipeline's name in the server's folder of pipelines, or its file's path as the server sees it.");
    private readonly ServerOptions _server = new();

    private readonly Option<string?> _jobId = new("--job-id")
    {
        Description = "The job's id. The same id is the same job. Default: from the idempotency key.",
        HelpName = "ID",
    };

    private readonly Option<string?> _key = new("--idempotency-key")
    {
        Description = "What makes this request the same when it is sent again, by whomever. Default: a new one, so that each command makes one job.",
        HelpName = "KEY",
    };

    private readonly Option<bool> _wait = new("--wait") { Description = "Show the job's progress, and end as it ends. Ctrl+C stops watching; the job goes on." };

    /// <inheritdoc/>
    protected override Command Describe()
    {
        var command = new Command("submit", "Start a job on a server. Relative paths start from the server's folder of pipelines.");
        _options.AddTo(command);
        _server.AddTo(command);
        command.Add(_jobId);
        command.Add(_key);
        command.Add(_wait);
        return command;
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var jobId = scope.Parsed.GetValue(_jobId);
        var request = _options.PostOf(scope, jobId is null ? null : JobId.Require(jobId));
        var key = scope.Parsed.GetValue(_key) is { Length: > 0 } given ? given : Guid.NewGuid().ToString();
        using var client = _server.CreateClient(scope);
        var patience = new Patience(scope.Terminal.Time, scope.Terminal.Error.WriteLine);
        Submission submission;
        try
        {
            submission = await patience.TryAsync(() => client.SubmitAsync(request, key, cancellationToken), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            scope.Terminal.Error.WriteLine($"batchfn: interrupted before the server answered, so the job may have started. The same command with {(jobId is null ? $"--idempotency-key {key}" : $"--job-id {jobId}")} starts no second one.");
            return ExitCodes.Cancelled;
        }

        var job = submission.Job;
        scope.Words.WriteLine($"Job {job.JobId}{(submission.IsNew ? "" : ", started before")}");
        scope.Words.WriteLine(submission.Location.AbsoluteUri);
        if (scope.Parsed.GetValue(_wait))
            return await new RemoteJob(scope, client, _server, job.JobId).WatchAsync(cancellationToken);
        if (scope.Json)
            CliJson.Write(scope.Terminal.Out, new SubmitView(job.JobId, job.Status.ToString(), submission.Location, submission.IsNew), CliJson.Default.SubmitView);
        else
            scope.Words.WriteLine($"Next: {scope.CommandLineFor(["status", job.JobId, .. _server.Words(scope)])}");
        return ExitCodes.Succeeded;
    }
}
