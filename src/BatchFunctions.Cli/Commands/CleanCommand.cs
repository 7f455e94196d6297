using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Retention;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn clean</c>: removes or archives what a pipeline's retention does not keep.</summary>
internal sealed class CleanCommand : CommandDefinition
{
    private readonly Argument<string> _pipeline = new("PIPELINE") { Description = "The pipeline's file, whose 'retention' says what is kept: a path or an address." };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only show what would be done, and what is kept and why." };

    private readonly Option<string?> _by = new("--by") { Description = "Who asks for it, for the record. Default: the user.", HelpName = "WHO" };

    /// <inheritdoc/>
    protected override Command Describe() =>
        new("clean", "Remove or archive old runs, work files and lists of arrived files, as the pipeline's retention says. Never a run that a table refers to, that is at work, or that is the last successful one.") { _pipeline, _dryRun, _by };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        await using var workplace = new Workplace(scope);
        var pipeline = Folders.Absolute(scope.Terminal.CurrentFolder, scope.Parsed.GetRequiredValue(_pipeline));
        var isDryRun = scope.Parsed.GetValue(_dryRun);
        var (plan, left) = await workplace.CleanAsync(
            async retention =>
            {
                var planned = await retention.PlanAsync(pipeline, cancellationToken);
                var by = scope.Parsed.GetValue(_by) ?? Environment.UserName;
                IReadOnlyList<RetentionItem> undone = isDryRun ? [] : await retention.ApplyAsync(planned, by, null, cancellationToken);
                return (planned, undone);
            },
            cancellationToken);
        if (scope.Json)
            CliJson.Write(scope.Terminal.Out, new CleanView(plan.Pipeline, isDryRun, plan.Folder, plan.Items, left), CliJson.Default.CleanView);
        else
            Show(scope, plan, left, isDryRun);
        return left.Any(i => i.Action == RetentionItem.Failed) ? ExitCodes.Failed : ExitCodes.Succeeded;
    }

    private static void Show(CommandScope scope, RetentionPlan plan, IReadOnlyList<RetentionItem> left, bool isDryRun)
    {
        var writer = scope.Terminal.Out;
        var table = new PlainTable("Job", "What", "", "Size", "Why");
        var due = plan.Due.Where(i => !left.Any(l => (l.Kind, l.JobId) == (i.Kind, i.JobId))).ToList();
        foreach (var item in isDryRun ? plan.Items : due)
            table.Add(item.JobId, item.Kind, isDryRun ? item.Action : $"{item.Action}d", Words.Bytes(item.Bytes), item.Reason);
        table.Write(scope.Terminal.Console);
        foreach (var item in left)
            writer.WriteLine($"Left alone: {item.Kind} {item.JobId}: {item.Reason}");
        writer.WriteLine();
        writer.WriteLine(due.Count == 0
            ? "There is nothing to remove."
            : $"{Words.Bytes(due.Sum(i => i.Bytes))} {(isDryRun ? "would be" : "were")} removed or archived{(isDryRun ? "" : $"; {plan.Folder}/_audit says what and why")}.");
    }
}
