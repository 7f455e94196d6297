using System.CommandLine;
using System.Globalization;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Tables;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn tables history</c>: who changed a table, when and how.</summary>
internal sealed class TableHistoryCommand : CommandDefinition
{
    private readonly TableOptions _options = new();
    private readonly Option<int> _limit = new("--limit") { Description = "The most versions to show, the newest first.", HelpName = "N", DefaultValueFactory = _ => 20 };

    /// <inheritdoc/>
    protected override Command Describe() => new("history", "Show the versions of a table and the jobs that made them.") { _options.Name, _limit, _options.Folder };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        await using var workplace = new Workplace(scope);
        var table = _options.Open(scope, workplace).Find(TableName.Parse(scope.Parsed.GetRequiredValue(_options.Name)));
        _ = await table.ReadAsync(null, cancellationToken);
        var history = await table.ReadHistoryAsync(Math.Max(1, scope.Parsed.GetValue(_limit)), cancellationToken);
        if (scope.Json)
        {
            CliJson.Write(scope.Terminal.Out, history, CliJson.Default.IReadOnlyListTableChange);
            return ExitCodes.Succeeded;
        }

        var lines = new PlainTable("Version", "At", "Operation", "Mode", "Job", "Rows added", "Files", "By");
        foreach (var change in history)
        {
            lines.Add(
                Words.Number(change.Version),
                change.At is { } at ? Words.Moment(at) : "",
                change.Operation ?? "",
                change.Mode ?? "",
                change.JobId ?? "",
                change.RowsAdded is { } rows ? Words.Number(rows) : "?",
                string.Create(CultureInfo.InvariantCulture, $"+{change.FilesAdded} -{change.FilesRemoved}"),
                change.Engine ?? "");
        }

        lines.Write(scope.Terminal.Console);
        return ExitCodes.Succeeded;
    }
}
