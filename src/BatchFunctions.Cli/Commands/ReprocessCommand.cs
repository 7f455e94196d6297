using System.CommandLine;
using BatchFunctions.Api.Documents;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Remote;
using BatchFunctions.Reprocessing;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn reprocess</c>: the rejects of a job again, corrected or under other rules; what then has a score is added to its output.</summary>
internal sealed class ReprocessCommand : CommandDefinition
{
    private readonly Argument<string> _job = new("JOB") { Description = "The job's id." };

    private readonly Option<string?> _corrected = new("--corrected")
    {
        Description = "Corrected records: rejects in their own form (.jsonl), or a .csv, .parquet or .jsonl file of records, matched by the pipeline's id or by 'file' and 'record'.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _pipeline = new("--pipeline") { Description = "A pipeline file with another validation; all else has to be as it was.", HelpName = "FILE" };

    private readonly Option<string?> _reason = new("--reason") { Description = "Why, for the record.", HelpName = "TEXT" };

    private readonly Option<string?> _by = new("--by") { Description = "Who asks for it, for the record. Default: the user.", HelpName = "NAME" };

    private readonly Option<int?> _maxParallel = new("--max-parallel") { Description = "How many shards run at once. Default: as in the job.", HelpName = "N" };

    private readonly ServerOptions _server = new();

    /// <inheritdoc/>
    protected override Command Describe()
    {
        _maxParallel.Validators.Add(result => JobOptions.RequirePositive(result, "--max-parallel"));
        var command = new Command("reprocess", "Score a job's rejects again, corrected or under other rules, and add those that then have a score to its output; with --server one of that server.")
        {
            _job, _corrected, _pipeline, _reason, _by, _maxParallel,
        };
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
            var started = await patience.TryAsync(() => client.ReprocessAsync(jobId, PostOf(scope), cancellationToken), cancellationToken);
            return await new RemoteJob(scope, client, _server, started.JobId).WatchAsync(cancellationToken);
        }

        await using var workplace = new Workplace(scope);
        var job = await workplace.RequireJobAsync(jobId, cancellationToken);
        var request = await workplace.DraftReprocessAsync(job, WishOf(scope), cancellationToken);
        return await new JobRunner(scope, request.JobId).RunAsync(_ => Task.FromResult(request), cancellationToken);
    }

    private ReprocessWish WishOf(CommandScope scope) => new()
    {
        Corrected = Absolute(scope, scope.Parsed.GetValue(_corrected)),
        Pipeline = Absolute(scope, scope.Parsed.GetValue(_pipeline)),
        By = ByOf(scope),
        Reason = scope.Parsed.GetValue(_reason),
        MaxParallel = scope.Parsed.GetValue(_maxParallel),
    };

    // A server has its own folders: nothing is made absolute here.
    private ApiReprocessRequest PostOf(CommandScope scope) => new()
    {
        Corrected = scope.Parsed.GetValue(_corrected),
        Pipeline = scope.Parsed.GetValue(_pipeline),
        By = ByOf(scope),
        Reason = scope.Parsed.GetValue(_reason),
        MaxParallel = scope.Parsed.GetValue(_maxParallel),
    };

    private string ByOf(CommandScope scope) => scope.Parsed.GetValue(_by) ?? Environment.UserName;

    private static string? Absolute(CommandScope scope, string? address) => address is null ? null : Folders.Absolute(scope.Terminal.CurrentFolder, address);
}
