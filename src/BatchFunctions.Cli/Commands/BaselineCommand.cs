using System.CommandLine;
using System.Globalization;
using BatchFunctions.Baselines;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn baseline</c>: what drift is measured against, made of data or of a pipeline's input.</summary>
internal sealed class BaselineCommand : CommandDefinition
{
    private static readonly BaselineRequest Defaults = new() { Source = "" };

    private readonly Argument<string> _source = new("SOURCE") { Description = "A pipeline's file (.yaml), whose input is read and scored, or data: a file, a folder or a glob." };

    private readonly Option<string?> _model = new("--model")
    {
        Description = "For data: the model whose features are read and which scores them. For a pipeline: replaces model.",
        HelpName = "NAME@VERSION",
    };

    private readonly Option<string?> _input = new("--input") { Description = "For a pipeline: replaces source.path.", HelpName = "PATH" };

    private readonly Option<string?> _score = new("--score")
    {
        Description = "For data without a model: the column that holds scores. Default: probability, else score, where there is one.",
        HelpName = "COLUMN",
    };

    private readonly Option<int> _bins = new("--bins") { Description = "About how many bins numbers get.", HelpName = "N", DefaultValueFactory = _ => Defaults.Bins };

    private readonly Option<int> _categories = new("--categories") { Description = "How many categories text gets at most; the rest count as others.", HelpName = "N", DefaultValueFactory = _ => Defaults.Categories };

    private readonly Option<string?> _output = new("--output", "-o") { Description = "Where the baseline goes; it must not exist. Default: the terminal.", HelpName = "FILE" };

    /// <inheritdoc/>
    protected override Command Describe()
    {
        RequireWithin(_bins, 2);
        RequireWithin(_categories, 1);
        return new("baseline", "Make the baseline that monitoring compares with: a histogram of each feature, and of the scores.") { _source, _model, _input, _score, _bins, _categories, _output };
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var folder = scope.Terminal.CurrentFolder;
        await using var workplace = new Workplace(scope);
        var made = await workplace.Baselines.MakeAsync(
            new BaselineRequest
            {
                Source = Folders.Absolute(folder, scope.Parsed.GetRequiredValue(_source)),
                Model = scope.Parsed.GetValue(_model),
                Input = scope.Parsed.GetValue(_input) is { } input ? Folders.Absolute(folder, input) : null,
                Score = scope.Parsed.GetValue(_score),
                Bins = scope.Parsed.GetValue(_bins),
                Categories = scope.Parsed.GetValue(_categories),
            },
            cancellationToken);
        var file = scope.Parsed.GetValue(_output);
        if (file is not null)
            await workplace.WriteNewAsync(file, made.Text, cancellationToken);
        if (scope.Json)
            CliJson.Write(scope.Terminal.Out, new BaselineView(made.Text, file, made.Baseline.Records, made.LeftOut), CliJson.Default.BaselineView);
        else if (file is null)
            scope.Terminal.Out.Write(made.Text);
        else
            scope.Terminal.Out.WriteLine($"Wrote {file}: {Words.Count(made.Baseline.Features.Count, "feature")}{(made.Baseline.Score is null ? "" : " and the scores")} of {Words.Count(made.Baseline.Records ?? 0, "record")}.");
        foreach (var (column, why) in made.LeftOut)
            scope.Terminal.Error.WriteLine($"'{column}' is left out: {why}.");
        return ExitCodes.Succeeded;
    }

    private static void RequireWithin(Option<int> option, int least) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var value) && (value < least || value > BaselineRequest.Most))
            result.AddError($"{option.Name} is {value}, but has to be from {least} to {BaselineRequest.Most}.");
    });
}
