using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Tables;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn tables ddl</c>: what an analyst runs to query a table from SQL.</summary>
internal sealed class TableDdlCommand : CommandDefinition
{
    private readonly TableOptions _options = new();
    private readonly Option<SqlDialect> _for = new("--for") { Description = "Where the table is to be queried: synapse, fabric, databricks or duckdb.", Required = true };
    private readonly Option<string?> _account = new("--account") { Description = "The storage account of an azure:// folder.", HelpName = "NAME" };

    /// <inheritdoc/>
    protected override Command Describe() => new("ddl", "Print the SQL by which a table is made known to a SQL engine.") { _options.Name, _for, _account, _options.Folder };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        await using var workplace = new Workplace(scope);
        var catalog = _options.Open(scope, workplace);
        var name = TableName.Parse(scope.Parsed.GetRequiredValue(_options.Name));
        var state = await catalog.Find(name).ReadAsync(null, cancellationToken);
        scope.Terminal.Out.Write(TableDdl.Write(scope.Parsed.GetValue(_for), name, catalog.PlaceOf(name).ToString(), scope.Parsed.GetValue(_account), state));
        return ExitCodes.Succeeded;
    }
}
