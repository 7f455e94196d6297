using System.CommandLine;
using BatchFunctions.Cli.Output;
using BatchFunctions.Incremental;

namespace BatchFunctions.Cli.Commands;

/// <summary>What the commands about a pipeline's mark share.</summary>
internal sealed class SinceOptions
{
    public Argument<string> Pipeline { get; } = new("PIPELINE") { Description = "The pipeline's file, which has source.since: a path or an address." };

    public Option<string?> By { get; } = new("--by") { Description = "Who moves it, for the record. Default: the user.", HelpName = "WHO" };

    public Option<string?> Reason { get; } = new("--reason") { Description = "Why, for the record.", HelpName = "TEXT" };

    public Option<bool> Force { get; } = new("--force") { Description = "Also while a job has not come to the end of its publication." };

    /// <summary>The address of the pipeline's file.</summary>
    public string PipelineOf(CommandScope scope) => Folders.Absolute(scope.Terminal.CurrentFolder, scope.Parsed.GetRequiredValue(Pipeline));

    /// <summary>Moves the mark and shows where it is.</summary>
    public async Task<int> MoveAsync(CommandScope scope, PipelineMark marks, MarkWish wish, CancellationToken cancellationToken)
    {
        var by = scope.Parsed.GetValue(By) ?? Environment.UserName;
        Write(scope, await marks.MoveAsync(PipelineOf(scope), wish, by, scope.Parsed.GetValue(Reason), scope.Parsed.GetValue(Force), cancellationToken));
        return ExitCodes.Succeeded;
    }

    /// <summary>Shows where a mark is.</summary>
    public static void Write(CommandScope scope, MarkView mark)
    {
        if (scope.Json)
        {
            CliJson.Write(scope.Terminal.Out, mark, CliJson.Default.MarkView);
            return;
        }

        scope.Terminal.Out.WriteLine(mark switch
        {
            { Table: { } table } => $"{mark.Pipeline} has scored {table.Folder} up to version {Words.Number(table.Version)}.",
            { Files.Count: > 0 } => $"{mark.Pipeline} has scored {Words.Count(mark.Files.Count, "file")}.",
            _ => $"{mark.Pipeline} has scored nothing yet: its next job scores everything that its source has.",
        });
    }

    /// <summary>Where a mark was moved.</summary>
    public static string Place(MarkMove move) => move switch
    {
        { Version: { } version } => $"version {Words.Number(version)}",
        { Files: 0 } => "the beginning",
        _ => $"{Words.Count(move.Files ?? 0, "file")} more",
    };
}
