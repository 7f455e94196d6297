using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Models;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn models list</c>: what is registered.</summary>
internal sealed class ListModelsCommand : CommandDefinition
{
    private readonly Argument<string?> _name = new("NAME") { Description = "Only the versions of this model.", Arity = ArgumentArity.ZeroOrOne };

    /// <inheritdoc/>
    protected override Command Describe() => new("list", "List the registered versions of all models, or of one.") { _name };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        await using var workplace = new Workplace(scope);
        var versions = await workplace.Models.ListHistoriesAsync(scope.Parsed.GetValue(_name), cancellationToken);
        if (scope.Json)
        {
            CliJson.Write(scope.Terminal.Out, [.. versions.Select(v => ModelView.Of(v))], CliJson.Default.IReadOnlyListModelView);
        }
        else if (versions.Count == 0)
        {
            scope.Terminal.Out.WriteLine($"There is no such model in {scope.Folders.Models} yet. 'batchfn models register' registers one.");
        }
        else
        {
            var table = new PlainTable("Model", "Stage", "Size", "Registered", "By", "SHA-256");
            foreach (var (version, stage) in versions.Select(v => (v.Version, v.Stage)))
                table.Add($"{version.Name}@{version.Version}", StageNames.Of(stage), Words.Bytes(version.Bytes), Words.Moment(version.RegisteredAt), version.RegisteredBy, version.Sha256[..12]);
            table.Write(scope.Terminal.Console);
        }

        return ExitCodes.Succeeded;
    }
}
