using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Tables;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn tables describe</c>: columns and size of a table.</summary>
internal sealed class DescribeTableCommand : CommandDefinition
{
    private readonly TableOptions _options = new();
    private readonly Option<long?> _version = new("--version") { Description = "A version of the table. [default: the newest]", HelpName = "N" };

    /// <inheritdoc/>
    protected override Command Describe() => new("describe", "Show a table's columns, partitions and size.") { _options.Name, _version, _options.Folder };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        await using var workplace = new Workplace(scope);
        var catalog = _options.Open(scope, workplace);
        var name = TableName.Parse(scope.Parsed.GetRequiredValue(_options.Name));
        var state = await catalog.Find(name).ReadAsync(scope.Parsed.GetValue(_version), cancellationToken);
        var view = TableView.Of(name, catalog.PlaceOf(name).ToString(), state);
        if (scope.Json)
        {
            CliJson.Write(scope.Terminal.Out, view, CliJson.Default.TableView);
            return ExitCodes.Succeeded;
        }

        Sheet.Write(
            scope.Terminal.Out,
            ("Table", view.Name),
            ("Folder", view.Folder),
            ("Version", Words.Number(view.Version)),
            ("Rows", view.Rows is { } rows ? Words.Number(rows) : null),
            ("Files", $"{Words.Number(view.Files)}, {Words.Bytes(view.Bytes)}"),
            ("Created", view.CreatedAt is { } created ? Words.Moment(created) : null),
            ("Partitions", view.PartitionBy.Count > 0 ? string.Join(", ", view.PartitionBy) : null));
        scope.Terminal.Out.WriteLine();
        var table = new PlainTable("Column", "Type");
        foreach (var column in view.Columns)
            table.Add(column.Name, column.Type);
        table.Write(scope.Terminal.Console);
        return ExitCodes.Succeeded;
    }
}
