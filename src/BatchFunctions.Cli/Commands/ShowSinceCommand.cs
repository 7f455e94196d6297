using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn since show</c>: how far a pipeline's source was scored.</summary>
internal sealed class ShowSinceCommand : CommandDefinition
{
    private const int Shown = 20;

    private readonly SinceOptions _options = new();
    private readonly Option<bool> _files = new("--files") { Description = "Show every file that was scored, and by which job." };

    /// <inheritdoc/>
    protected override Command Describe() => new("show", "Show how far the jobs of a pipeline with source.since have scored its source. 'batchfn plan' shows what the next one would score.") { _options.Pipeline, _files };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        await using var workplace = new Workplace(scope);
        var mark = await workplace.Marks.ReadAsync(_options.PipelineOf(scope), cancellationToken);
        SinceOptions.Write(scope, mark);
        if (scope.Json)
            return ExitCodes.Succeeded;

        var writer = scope.Terminal.Out;
        foreach (var claim in mark.Publishing)
            writer.WriteLine($"Job {claim.JobId} has been publishing since {Words.Moment(claim.At)}; what it has scored, no other job takes.");
        if (mark.Moves.Count > 0)
        {
            writer.WriteLine();
            var moves = new PlainTable("Moved at", "By", "To", "Why");
            foreach (var move in mark.Moves.Take(Shown))
                moves.Add(Words.Moment(move.At), move.By, SinceOptions.Place(move), move.Reason ?? "");
            moves.Write(scope.Terminal.Console);
        }

        if (scope.Parsed.GetValue(_files) && mark.Files.Count > 0)
        {
            writer.WriteLine();
            var files = new PlainTable("File", "Scored by", "Gone since");
            foreach (var file in mark.Files)
                files.Add(file.Address, file.By, file.GoneSince is { } gone ? Words.Moment(gone) : "");
            files.Write(scope.Terminal.Console);
        }

        return ExitCodes.Succeeded;
    }
}
