using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn archive</c>: a run folder, moved or copied to an archive.</summary>
internal sealed class ArchiveCommand : CommandDefinition
{
    private readonly Argument<string> _job = new("JOB") { Description = "The job's id." };

    private readonly Option<string> _to = new("--to") { Description = "The archive: a folder or an address. The run is put below it as PIPELINE/DATE/JOB.", HelpName = "FOLDER", Required = true };

    private readonly Option<bool> _copy = new("--copy") { Description = "Copy the run and leave the original as it is." };

    private readonly Option<string?> _reason = new("--reason") { Description = "Why, for the record.", HelpName = "TEXT" };

    private readonly Option<string?> _by = new("--by") { Description = "Who asks for it, for the record. Default: the user.", HelpName = "WHO" };

    /// <inheritdoc/>
    protected override Command Describe() =>
        new("archive", "Move a run folder to an archive: copies are compared by their SHA-256 before the original is removed. Run again after an interruption, it goes on.") { _job, _to, _copy, _reason, _by };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var jobId = scope.Parsed.GetRequiredValue(_job);
        await using var workplace = new Workplace(scope);
        var runFolder = await workplace.FindRunAsync(jobId, cancellationToken);
        var record = await workplace.ArchiveAsync(
            archive => archive.ArchiveAsync(
                runFolder,
                Folders.Absolute(scope.Terminal.CurrentFolder, scope.Parsed.GetRequiredValue(_to)),
                scope.Parsed.GetValue(_by) ?? Environment.UserName,
                scope.Parsed.GetValue(_reason) ?? "asked for",
                scope.Parsed.GetValue(_copy),
                cancellationToken),
            cancellationToken);
        if (scope.Json)
            CliJson.Write(scope.Terminal.Out, record, CliJson.Default.ArchiveRecord);
        else
            scope.Terminal.Out.WriteLine($"{(scope.Parsed.GetValue(_copy) ? "Copied" : "Moved")} job {jobId}, {Words.Count(record.Files.Count, "file")}, {Words.Bytes(record.Files.Sum(f => f.Bytes))}, to {record.To}");
        return ExitCodes.Succeeded;
    }
}
