using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Models;
using BatchFunctions.Models.Training;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn models manifest</c>: a manifest made of what training wrote down, of what the model file says of itself, or of both.</summary>
internal sealed class ManifestCommand : CommandDefinition
{
    private readonly Argument<string?> _model = new("MODEL")
    {
        Description = "The ONNX file: what it says of itself is added, and the manifest must fit it.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _from = new("--from")
    {
        Description = "What training wrote down, as JSON: features, dtypes, encoders, one_hot, impute, scalers, clip, label, examples, …",
        HelpName = "FILE",
    };

    private readonly Option<string?> _output = new("--output", "-o") { Description = "Where the manifest goes; it must not exist. Default: the terminal.", HelpName = "FILE" };

    /// <inheritdoc/>
    protected override Command Describe() =>
        new("manifest", "Make a model's manifest of what training wrote down and of what the model file says of itself.") { _model, _from, _output };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var (model, from) = (scope.Parsed.GetValue(_model), scope.Parsed.GetValue(_from));
        if (model is null && from is null)
            throw new BatchFunctionsException(ErrorKind.Request, "There is nothing to make a manifest of. Name the ONNX file, or what training wrote down with --from, or both.");
        await using var workplace = new Workplace(scope);
        (var manifest, IReadOnlyList<string> unused) = from is null ? (ModelManifest.Empty, []) : TrainingFile.Read(await workplace.ReadBytesAsync("training file", from, cancellationToken), from);
        if (model is not null)
            using (var session = ModelSession.Load(await workplace.ReadBytesAsync("model file", model, cancellationToken), manifest))
                manifest = session.Describe();

        var text = ManifestText.Of(manifest);
        var file = scope.Parsed.GetValue(_output);
        if (file is not null)
            await workplace.WriteNewAsync(file, text, cancellationToken);
        if (scope.Json)
            CliJson.Write(scope.Terminal.Out, new ManifestView(text, file, unused), CliJson.Default.ManifestView);
        else if (file is null)
            scope.Terminal.Out.Write(text);
        else
            scope.Terminal.Out.WriteLine($"Wrote {file}: {Words.Count(manifest.Features.Count, "feature")}, {Words.Count(manifest.Examples.Count, "example")}.");
        if (unused.Count > 0)
            scope.Terminal.Error.WriteLine($"A manifest has no use for {string.Join(", ", unused)} of {from}.");
        return ExitCodes.Succeeded;
    }
}
