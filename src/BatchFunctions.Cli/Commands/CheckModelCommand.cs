using System.CommandLine;
using System.Globalization;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Models;
using BatchFunctions.Models.Examples;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn models check</c>: whether a model gives its manifest's examples the scores that training gave them.</summary>
internal sealed class CheckModelCommand : CommandDefinition
{
    private readonly Argument<string> _model = new("MODEL") { Description = "A registered version, such as churn@1.2.0, or an ONNX file." };

    private readonly Option<string?> _manifest = new("--manifest")
    {
        Description = "The manifest of an ONNX file. Default: manifest.yaml beside it.",
        HelpName = "FILE",
    };

    private readonly Option<double> _tolerance = ExampleTolerance.Option();

    /// <inheritdoc/>
    protected override Command Describe() =>
        new("check", "Score the examples of a model's manifest, and compare the scores with those that training gave them.") { _model, _manifest, _tolerance };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var name = scope.Parsed.GetRequiredValue(_model);
        await using var workplace = new Workplace(scope);
        using var session = await LoadAsync(scope, workplace, name, cancellationToken);
        if (session.Manifest.Examples.Count == 0)
            throw new BatchFunctionsException(ErrorKind.Request, $"The manifest of {name} has no examples to check. Add records with the scores that training gave them: examples: [{{ inputs: {{ age: 40 }}, score: 0.18 }}].");

        var tolerance = scope.Parsed.GetValue(_tolerance);
        var outcomes = ExampleCheck.Run(session, tolerance);
        var agrees = outcomes.All(o => o.Agrees);
        if (scope.Json)
            CliJson.Write(scope.Terminal.Out, new ModelCheckView(name, agrees, tolerance, outcomes), CliJson.Default.ModelCheckView);
        else
            Write(scope, name, outcomes, tolerance);
        return agrees ? ExitCodes.Succeeded : ExitCodes.Failed;
    }

    private async Task<ModelSession> LoadAsync(CommandScope scope, Workplace workplace, string name, CancellationToken cancellationToken)
    {
        var manifest = scope.Parsed.GetValue(_manifest);
        if (manifest is null && name.Contains('@', StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal))
        {
            var registry = workplace.Models;
            return await registry.LoadAsync((await registry.FindVersionAsync(ModelReference.Parse(name), cancellationToken)).Version.Pin(), cancellationToken);
        }

        var files = await workplace.ReadModelAsync(name, manifest, cancellationToken);
        return ModelSession.Load(files.Model, files.Manifest is null ? ModelManifest.Empty : ModelManifest.Parse(files.Manifest, files.ManifestFile));
    }

    private static void Write(CommandScope scope, string name, IReadOnlyList<ExampleOutcome> outcomes, double tolerance)
    {
        var table = new PlainTable("Example", "Training", "Here", "");
        foreach (var outcome in outcomes)
            table.Add(Words.Number(outcome.Number), Score(outcome.Expected), outcome.Actual is { } actual ? Score(actual) : "-", outcome.Problem ?? (outcome.Agrees ? "" : $"off by {Score(Math.Abs(outcome.Difference!.Value))}"));
        table.Write(scope.Terminal.Console);
        var wrong = outcomes.Count(o => !o.Agrees);
        scope.Terminal.Out.WriteLine();
        scope.Terminal.Out.WriteLine(wrong == 0
            ? $"{name} gives {Words.Count(outcomes.Count, "example")} the score of training, within {Score(tolerance)}."
            : $"{name} gives {wrong} of {Words.Count(outcomes.Count, "example")} another score than training, by more than {Score(tolerance)}.");
    }

    private static string Score(double score) => score.ToString("G9", CultureInfo.InvariantCulture);
}
