using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Models;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn models history</c>: who registered, approved, rejected and retired what, when and why.</summary>
internal sealed class ModelHistoryCommand : CommandDefinition
{
    private readonly Argument<string> _model = new("NAME[@VERSION]") { Description = "A model, or one of its versions." };

    /// <inheritdoc/>
    protected override Command Describe() => new("history", "Show who registered, approved, rejected and retired a model's versions, when and why.") { _model };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var model = scope.Parsed.GetRequiredValue(_model);
        await using var workplace = new Workplace(scope);
        var histories = model.Contains('@', StringComparison.Ordinal)
            ? [await workplace.Models.FindVersionAsync(ModelReference.Parse(model), cancellationToken)]
            : await workplace.Models.ListHistoriesAsync(model, cancellationToken);
        if (histories.Count == 0)
            throw new BatchFunctionsException(ErrorKind.Request, $"There is no model {model} in {scope.Folders.Models}. 'batchfn models list' shows those that there are.");

        List<ModelStepView> steps = [.. histories.SelectMany(ModelStepView.Of).OrderBy(s => s.At)];
        if (scope.Json)
        {
            CliJson.Write(scope.Terminal.Out, steps, CliJson.Default.IReadOnlyListModelStepView);
            return ExitCodes.Succeeded;
        }

        var table = new PlainTable("When", "Version", "Stage", "By", "Why");
        foreach (var step in steps)
            table.Add(Words.Moment(step.At), step.Version, step.Stage, step.By, step.Reason ?? "");
        table.Write(scope.Terminal.Console);
        return ExitCodes.Succeeded;
    }
}
