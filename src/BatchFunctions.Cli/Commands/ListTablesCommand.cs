using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn tables list</c>: what was published.</summary>
internal sealed class ListTablesCommand : CommandDefinition
{
    private readonly TableOptions _options = new();

    /// <inheritdoc/>
    protected override Command Describe() => new("list", "List the tables.") { _options.Folder };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        await using var workplace = new Workplace(scope);
        var catalog = _options.Open(scope, workplace);
        List<TableView> views = [];
        foreach (var name in await catalog.ListAsync(cancellationToken))
            views.Add(TableView.Of(name, catalog.PlaceOf(name).ToString(), await catalog.Find(name).ReadAsync(null, cancellationToken)));
        if (scope.Json)
        {
            CliJson.Write(scope.Terminal.Out, views, CliJson.Default.IReadOnlyListTableView);
        }
        else if (views.Count == 0)
        {
            scope.Terminal.Out.WriteLine($"There is no table in {catalog} yet. A pipeline with output.table makes one.");
        }
        else
        {
            var table = new PlainTable("Table", "Version", "Rows", "Files", "Size");
            foreach (var view in views)
                table.Add(view.Name, Words.Number(view.Version), view.Rows is { } rows ? Words.Number(rows) : "?", Words.Number(view.Files), Words.Bytes(view.Bytes));
            table.Write(scope.Terminal.Console);
        }

        return ExitCodes.Succeeded;
    }
}
