using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn list</c>: the jobs of the journal.</summary>
internal sealed class ListCommand : CommandDefinition
{
    /// <inheritdoc/>
    protected override Command Describe() => new("list", "List the jobs, the newest first.");

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        await using var workplace = new Workplace(scope);
        var jobs = await ListAsync(workplace, cancellationToken);
        if (scope.Json)
        {
            CliJson.Write(scope.Terminal.Out, [.. jobs.Select(JobView.Of)], CliJson.Default.IReadOnlyListJobView);
        }
        else if (jobs.Count == 0)
        {
            scope.Terminal.Out.WriteLine($"There is no job in {scope.Folders.Journal} yet.");
        }
        else
        {
            var table = new PlainTable("Job", "Status", "Started", "Rows", "Rejects", "Pipeline");
            foreach (var view in jobs.Select(JobView.Of))
                table.Add(view.JobId, view.Status, Words.Moment(view.CreatedAt), Words.Number(view.RecordsTotal), Words.Number(view.RecordsFailed), view.Pipeline);
            table.Write(scope.Terminal.Console);
        }

        return ExitCodes.Succeeded;
    }

    private static async Task<IReadOnlyList<JobRecord>> ListAsync(Workplace workplace, CancellationToken cancellationToken)
    {
        if (await workplace.FindEngineAsync(cancellationToken) is not { } engine)
            return [];
        await using (engine)
            return await engine.ListAsync(cancellationToken);
    }
}
