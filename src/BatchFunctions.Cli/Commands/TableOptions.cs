using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Tables;

namespace BatchFunctions.Cli.Commands;

/// <summary>What the commands on tables have in common.</summary>
internal sealed class TableOptions
{
    private const string Variable = "BATCHFN_TABLES";

    /// <summary>The folder of tables.</summary>
    public Option<string?> Folder { get; } = new("--tables")
    {
        Description = $"The folder of tables: what output.table.path of the pipelines says. [env: {Variable}; default: tables]",
        HelpName = "FOLDER",
    };

    /// <summary>The table.</summary>
    public Argument<string> Name { get; } = new("SCHEMA.TABLE") { Description = "The table." };

    /// <summary>The address of the folder, absolute.</summary>
    public string AddressOf(CommandScope scope) => Folders.Absolute(
        scope.Terminal.CurrentFolder,
        scope.Parsed.GetValue(Folder) is { Length: > 0 } given ? given : scope.Terminal.EnvironmentVariable(Variable) is { Length: > 0 } value ? value : "tables");

    /// <summary>The tables.</summary>
    public TableCatalog Open(CommandScope scope, Workplace workplace) => workplace.TablesOf(AddressOf(scope));
}
