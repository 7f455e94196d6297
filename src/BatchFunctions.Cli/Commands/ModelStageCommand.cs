using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Models;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn models approve</c>, <c>reject</c>, <c>retire</c>: somebody decides about a version, for the record.</summary>
internal sealed class ModelStageCommand : CommandDefinition
{
    private readonly string _verb;
    private readonly string _description;
    private readonly ModelStage _stage;
    private readonly Argument<string> _reference = new("NAME@VERSION") { Description = "The version." };
    private readonly Option<string?> _by = new("--by") { Description = "Who decides. Default: the user's name.", HelpName = "WHO" };
    private readonly Option<string?> _reason;

    private ModelStageCommand(string verb, ModelStage stage, string description, string reason)
    {
        (_verb, _stage, _description) = (verb, stage, description);
        _reason = new Option<string?>("--reason") { Description = reason, HelpName = "TEXT", Required = stage != ModelStage.Approved };
    }

    public static ModelStageCommand Approve => new(
        "approve", ModelStage.Approved, "Approve a version: the newest approved one is what NAME@approved means.", "Why, for the record; needed for a version that was rejected or retired.");

    public static ModelStageCommand Reject => new(
        "reject", ModelStage.Rejected, "Reject a version before it is approved: it takes no new jobs.", "Why, for the record.");

    public static ModelStageCommand Retire => new(
        "retire", ModelStage.Retired, "Retire a version: it takes no new jobs, and those that it has run to their end.", "Why, for the record.");

    /// <inheritdoc/>
    protected override Command Describe() => new(_verb, _description) { _reference, _reason, _by };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var reference = ModelReference.Parse(scope.Parsed.GetRequiredValue(_reference));
        await using var workplace = new Workplace(scope);
        var by = scope.Parsed.GetValue(_by) ?? Environment.UserName;
        var history = await workplace.Models.ChangeStageAsync(reference, _stage, by, scope.Parsed.GetValue(_reason), cancellationToken);
        if (scope.Json)
        {
            CliJson.Write(scope.Terminal.Out, ModelView.Of(history), CliJson.Default.ModelView);
            return ExitCodes.Succeeded;
        }

        var approved = (await workplace.Models.ListHistoriesAsync(reference.Name, cancellationToken)).LastOrDefault(v => v.Stage == ModelStage.Approved);
        scope.Terminal.Out.WriteLine($"{reference}, {StageNames.Of(history.Last!.From)} until now, was {history.Last}.");
        scope.Terminal.Out.WriteLine(approved is null
            ? $"No version of {reference.Name} is approved: a job that asks for {reference.Name}@approved is refused."
            : $"{reference.Name}@approved is {reference.Name}@{approved.Version.Version}{(_stage == ModelStage.Approved && approved.Version.Version != reference.Version ? ", which is newer" : "")}.");
        return ExitCodes.Succeeded;
    }
}
