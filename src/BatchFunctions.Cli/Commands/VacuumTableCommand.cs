using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Tables;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn tables vacuum</c>: removes files that no reader needs any more.</summary>
internal sealed class VacuumTableCommand : CommandDefinition
{
    private readonly TableOptions _options = new();
    private readonly Option<int> _days = new("--days")
    {
        Description = "Keep what left the table, or was written without ever belonging to it, for so many days. Fewer than the longest job or query takes breaks it.",
        HelpName = "N",
        DefaultValueFactory = _ => 7,
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only show what would be removed." };

    /// <inheritdoc/>
    protected override Command Describe() => new("vacuum", "Remove a table's files that no version within the last days needs.") { _options.Name, _days, _dryRun, _options.Folder };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        int days = scope.Parsed.GetValue(_days);
        if (days < 1)
            throw new BatchFunctionsException(ErrorKind.Request, "--days must be 1 at least: files younger than that may belong to a publication that is going on.");
        await using var workplace = new Workplace(scope);
        var table = _options.Open(scope, workplace).Find(TableName.Parse(scope.Parsed.GetRequiredValue(_options.Name)));
        bool dryRun = scope.Parsed.GetValue(_dryRun);
        var result = await table.VacuumAsync(TimeSpan.FromDays(days), remove: !dryRun, cancellationToken);
        if (scope.Json)
        {
            CliJson.Write(scope.Terminal.Out, result, CliJson.Default.VacuumResult);
            return ExitCodes.Succeeded;
        }

        foreach (string file in result.Files)
            scope.Terminal.Out.WriteLine(file);
        scope.Terminal.Out.WriteLine($"{Words.Count(result.Files.Count, "file")}, {Words.Bytes(result.Bytes)}, {(dryRun ? "would be removed" : "removed")}.");
        return ExitCodes.Succeeded;
    }
}
