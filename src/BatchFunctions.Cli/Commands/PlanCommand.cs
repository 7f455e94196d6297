using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn plan</c>: what a job would do, without doing any of it.</summary>
internal sealed class PlanCommand : CommandDefinition
{
    private const int ShardsShown = 20;
    private const int ColumnsShown = 10;

    private readonly JobOptions _options = new();

    /// <inheritdoc/>
    protected override Command Describe()
    {
        var command = new Command("plan", "Check a pipeline and say what a job of it would read, without scoring or writing anything.");
        _options.AddTo(command);
        return command;
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var request = _options.RequestOf(scope, JobId.New(scope.Terminal.Time.GetUtcNow()));
        await using var workplace = new Workplace(scope);
        var preview = await workplace.Runtime.PreviewAsync(request, cancellationToken);
        var estimate = await EstimateAsync(workplace, request, preview.Records, cancellationToken);
        if (scope.Json)
            CliJson.Write(scope.Terminal.Out, PlanView.Of(preview, estimate), CliJson.Default.PlanView);
        else
            Write(scope.Terminal, preview, estimate);
        return ExitCodes.Succeeded;
    }

    private static async Task<TimeEstimate?> EstimateAsync(Workplace workplace, JobRequest request, long? records, CancellationToken cancellationToken)
    {
        if (records is not { } rows || await workplace.FindEngineAsync(cancellationToken) is not { } engine)
            return null;
        await using (engine)
            return TimeEstimate.From(await engine.ListAsync(cancellationToken), request.Pipeline, rows);
    }

    private static void Write(Terminal terminal, JobPreview preview, TimeEstimate? estimate)
    {
        Sheet.Write(
            terminal.Out,
            ("Pipeline", preview.Pipeline),
            ("Model", preview.Model),
            ("Files", $"{Words.Number(preview.Files)} ({Words.Bytes(preview.Bytes)})"),
            ("Shards", Words.Number(preview.Shards.Count)),
            ("Rows", preview.Records is { } rows ? Words.Number(rows) : "unknown until they are read"),
            ("Columns missing", preview.AbsentColumns.Count == 0 ? null : $"{string.Join(", ", preview.AbsentColumns)}; they are optional, and every value is imputed"),
            ("Columns not used", preview.UnusedColumns.Count == 0 ? null : Shown(preview.UnusedColumns)),
            ("Estimated time", estimate is null
                ? "unknown"
                : $"{Words.Time(estimate.Time)} at {Words.Number((long)estimate.RowsPerSecond)} rows/s, as job {estimate.JobId} ran"),
            ("Run folder", Path.GetDirectoryName(preview.RunFolder) + "/<job id>"));
        terminal.Out.WriteLine();
        if (preview.Files == 0)
        {
            terminal.Out.WriteLine("Nothing is new in the source: a job would succeed with no records.");
            return;
        }

        var table = new PlainTable("Shard", "Rows", "Files");
        foreach (var shard in preview.Shards.Take(ShardsShown))
            table.Add(Words.Number(shard.Index), shard.Records is { } records ? Words.Number(records) : "?", string.Join(", ", shard.Files));
        table.Write(terminal.Console);
        if (preview.Shards.Count > ShardsShown)
            terminal.Out.WriteLine($"… and {Words.Count(preview.Shards.Count - ShardsShown, "more shard")}. --json lists them all.");
    }

    private static string Shown(IReadOnlyList<string> columns) =>
        string.Join(", ", columns.Take(ColumnsShown)) + (columns.Count > ColumnsShown ? $" and {columns.Count - ColumnsShown} more" : "");
}
