using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Models;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn models register</c>: a new version of a model.</summary>
internal sealed class RegisterModelCommand : CommandDefinition
{
    private readonly Argument<string> _reference = new("NAME@VERSION") { Description = "The new version, such as churn@1.2.0." };
    private readonly Argument<string> _model = new("MODEL") { Description = "The ONNX file: a path or an address." };

    private readonly Option<string?> _manifest = new("--manifest")
    {
        Description = "The manifest: a path or an address. Default: manifest.yaml beside the model, where there is one; else what the model says of itself.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _by = new("--by") { Description = "Who registers it. Default: the user's name.", HelpName = "WHO" };

    private readonly Option<double> _tolerance = ExampleTolerance.Option();

    /// <inheritdoc/>
    protected override Command Describe() =>
        new("register", "Register a new version of a model, after it was loaded, compared with its manifest, and has scored the manifest's examples.") { _reference, _model, _manifest, _by, _tolerance };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var reference = ModelReference.Parse(scope.Parsed.GetRequiredValue(_reference));
        var model = scope.Parsed.GetRequiredValue(_model);
        await using var workplace = new Workplace(scope);
        var (bytes, manifest, _) = await workplace.ReadModelAsync(model, scope.Parsed.GetValue(_manifest), cancellationToken);
        var by = scope.Parsed.GetValue(_by) ?? Environment.UserName;
        var registered = await workplace.Models.RegisterAsync(reference.Name, reference.Version, bytes, manifest, by, scope.Parsed.GetValue(_tolerance), cancellationToken);
        if (scope.Json)
            CliJson.Write(scope.Terminal.Out, ModelView.Of(new ModelHistory(registered, [])), CliJson.Default.ModelView);
        else
            scope.Terminal.Out.WriteLine($"Registered {reference}, {Words.Bytes(registered.Bytes)}, SHA-256 {registered.Sha256}, {(manifest is null ? "without a manifest of its own" : "with its manifest")}.");
        return ExitCodes.Succeeded;
    }
}
