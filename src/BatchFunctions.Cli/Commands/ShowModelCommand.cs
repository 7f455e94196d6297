using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Models;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn models show</c>: a version with its manifest.</summary>
internal sealed class ShowModelCommand : CommandDefinition
{
    private readonly Argument<string> _reference = new("NAME@VERSION") { Description = "The version." };

    /// <inheritdoc/>
    protected override Command Describe() => new("show", "Show a registered version of a model and its manifest.") { _reference };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        await using var workplace = new Workplace(scope);
        var registry = workplace.Models;
        var history = await registry.FindVersionAsync(ModelReference.Parse(scope.Parsed.GetRequiredValue(_reference)), cancellationToken);
        var version = history.Version;
        var manifest = await registry.ReadManifestAsync(version.Pin(), cancellationToken);
        if (scope.Json)
        {
            CliJson.Write(scope.Terminal.Out, ModelView.Of(history, manifest), CliJson.Default.ModelView);
            return ExitCodes.Succeeded;
        }

        Sheet.Write(
            scope.Terminal.Out,
            ("Model", $"{version.Name}@{version.Version}"),
            ("SHA-256", version.Sha256),
            ("Size", Words.Bytes(version.Bytes)),
            ("Registered", $"{Words.Moment(version.RegisteredAt)} by {version.RegisteredBy}"),
            ("Copied from", version.Origin is { } origin ? $"models:/{origin.Name}/{origin.Version} of {origin.Registry}" : null),
            ("Stage", history.Last is { } last ? last.ToString() : StageNames.Of(history.Stage)),
            ("Folder", $"{scope.Folders.Models}/{version.Name}/{version.Version}"));
        scope.Terminal.Out.WriteLine();
        scope.Terminal.Out.WriteLine(manifest.TrimEnd());
        return ExitCodes.Succeeded;
    }
}
