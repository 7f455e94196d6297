using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Cli.Remote;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn status</c>: where a job stands.</summary>
internal sealed class StatusCommand : CommandDefinition
{
    private readonly Argument<string> _job = new("JOB") { Description = "The job's id." };
    private readonly ServerOptions _server = new();

    /// <inheritdoc/>
    protected override Command Describe()
    {
        var command = new Command("status", "Say where a job stands, whichever process runs it; with --server, a job of that server.") { _job };
        _server.AddTo(command);
        return command;
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var job = await FindAsync(scope, scope.Parsed.GetRequiredValue(_job), cancellationToken);
        var view = JobView.Of(job);
        if (scope.Json)
        {
            CliJson.Write(scope.Terminal.Out, view, CliJson.Default.JobView);
            return ExitCodes.Succeeded;
        }

        Sheet.Write(
            scope.Terminal.Out,
            ("Job", job.JobId),
            ("Status", view.Status),
            ("Pipeline", view.Pipeline),
            ("Step", view.Step),
            ("Shards", view.ShardsTotal == 0 ? null : ShardsOf(view)),
            ("Rows", RowsOf(view, job)),
            ("Started", Words.Moment(job.CreatedAt)),
            (WordFor(job), Words.Moment(job.UpdatedAt)),
            ("Run by", job.Owner),
            ("Run folder", view.RunFolder),
            ("Warnings", view.Warnings.Count == 0 ? null : string.Join(Environment.NewLine + new string(' ', 12), view.Warnings)),
            ("Error", view.Error),
            ("Next", scope.Parsed.GetValue(_server.Server) is null ? NextOf(scope, job) : null));
        return ExitCodes.Succeeded;
    }

    private async Task<JobRecord> FindAsync(CommandScope scope, string jobId, CancellationToken cancellationToken)
    {
        using var client = _server.FindClient(scope);
        if (client is not null)
            return await new Patience(scope.Terminal.Time, scope.Terminal.Error.WriteLine).TryAsync(() => client.GetAsync(jobId, cancellationToken), cancellationToken);
        await using var workplace = new Workplace(scope);
        return await workplace.RequireJobAsync(jobId, cancellationToken);
    }

    private static string WordFor(JobRecord job) => job switch
    {
        { Result: not null } => "Ended",
        { Status: JobStatus.Pending } => "Waits since",
        _ => "Last heard of",
    };

    private static string ShardsOf(JobView view) =>
        $"{Words.Number(view.ShardsDone)} of {Words.Number(view.ShardsTotal)} committed" + (view.ShardsFailed > 0 ? $", {Words.Number(view.ShardsFailed)} failed" : "");

    private static string RowsOf(JobView view, JobRecord job) =>
        $"{Words.Number(view.RecordsTotal)}{(job.Result is null && job.Progress?.RecordsTotal is { } total ? $" of {Words.Number(total)}" : "")}, "
        + Words.Count(view.RecordsFailed, "reject");

    private static string? NextOf(CommandScope scope, JobRecord job) => job.Status switch
    {
        JobStatus.Pending or JobStatus.Interrupted => scope.CommandLineFor("resume", job.JobId),
        JobStatus.Failed or JobStatus.Cancelled => scope.CommandLineFor("retry", job.JobId),
        JobStatus.Succeeded or JobStatus.SucceededWithWarnings => scope.CommandLineFor("report", job.JobId),
        _ => null,
    };
}
