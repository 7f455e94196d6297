using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Models;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn models lineage</c>: which jobs used a version, or what a job was made of.</summary>
internal sealed class ModelLineageCommand : CommandDefinition
{
    private readonly Argument<string> _subject = new("NAME@VERSION|JOB") { Description = "A registered version, or a job's id." };

    /// <inheritdoc/>
    protected override Command Describe() =>
        new("lineage", "Show which jobs used a version of a model; or of a job its model, its input, what it belongs to, and its output.") { _subject };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var subject = scope.Parsed.GetRequiredValue(_subject);
        await using var workplace = new Workplace(scope);
        return subject.Contains('@', StringComparison.Ordinal)
            ? await ShowVersionAsync(scope, workplace, ModelReference.Parse(subject), cancellationToken)
            : await ShowJobAsync(scope, workplace, subject, cancellationToken);
    }

    private static async Task<int> ShowVersionAsync(CommandScope scope, Workplace workplace, ModelReference reference, CancellationToken cancellationToken)
    {
        var history = await workplace.Models.FindVersionAsync(reference, cancellationToken);
        var version = new ModelReference(history.Version.Name, history.Version.Version);
        var jobs = await workplace.ReadLineageAsync(reader => reader.ListAsync(version, cancellationToken), cancellationToken);
        if (scope.Json)
        {
            CliJson.Write(scope.Terminal.Out, new ModelLineageView(ModelView.Of(history), [.. jobs.Select(LineageView.Of)]), CliJson.Default.ModelLineageView);
            return ExitCodes.Succeeded;
        }

        var writer = scope.Terminal.Out;
        writer.WriteLine($"{version}, {(history.Last is { } last ? last.ToString() : $"registered by {history.Version.RegisteredBy} at {Words.Moment(history.Version.RegisteredAt)}")}");
        writer.WriteLine();
        if (jobs.Count == 0)
        {
            writer.WriteLine("No job has used it.");
            return ExitCodes.Succeeded;
        }

        var table = new PlainTable("Job", "Status", "Prepared", "Rows", "Rejects", "Of", "Output");
        foreach (var job in jobs.Select(LineageView.Of))
            table.Add(job.JobId, job.Status ?? "", Words.Moment(job.PreparedAt), NumberOf(job.RecordsTotal), NumberOf(job.RecordsFailed), job.ParentJobId ?? "", job.RunFolder);
        table.Write(scope.Terminal.Console);
        return ExitCodes.Succeeded;
    }

    private static async Task<int> ShowJobAsync(CommandScope scope, Workplace workplace, string jobId, CancellationToken cancellationToken)
    {
        var lineage = await workplace.ReadLineageAsync(reader => reader.FindAsync(jobId, cancellationToken), cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"No job '{jobId}' was pinned to a model yet. '{scope.CommandLineFor("list")}' shows the jobs, and a version of a model is written NAME@VERSION.");
        var view = LineageView.Of(lineage);
        if (scope.Json)
        {
            CliJson.Write(scope.Terminal.Out, view, CliJson.Default.LineageView);
            return ExitCodes.Succeeded;
        }

        Sheet.Write(
            scope.Terminal.Out,
            ("Job", $"{view.JobId}{(view.Status is null ? "" : $", {view.Status}")}"),
            ("Reprocess of", view.ParentJobId),
            ("Pipeline", $"{view.Pipeline}, sha256 {view.PipelineSha256}"),
            ("Model", $"{view.ModelName}@{view.ModelVersion}, sha256 {view.ModelSha256}"),
            ("Manifest", $"sha256 {view.ManifestSha256}"),
            ("Asked for", view.ModelRequested),
            ("Approved", view.ApprovedBy is null ? null : $"by {view.ApprovedBy} at {Words.Moment(view.ApprovedAt!.Value)}{(view.ApprovalReason is null ? "" : $" ({view.ApprovalReason})")}"),
            ("Copied from", view.CopiedFrom),
            ("Challenger", view.Challenger is null ? null : $"{view.Challenger}, sha256 {view.ChallengerSha256}"),
            ("Input", $"{view.Source}, {Words.Count(view.SnapshotFiles, "file")}, {Words.Bytes(view.SnapshotBytes)}, snapshot sha256 {view.SnapshotSha256}"),
            ("Prepared", Words.Moment(view.PreparedAt)),
            ("Ended", view.EndedAt is { } ended ? Words.Moment(ended) : null),
            ("Records", view.RecordsTotal is null ? null : $"{NumberOf(view.RecordsTotal)}, {NumberOf(view.RecordsScored)} scored, {NumberOf(view.RecordsFailed)} rejected"),
            ("Output", view.RunFolder),
            ("Table", view.TableFolder),
            ("Reprocessed by", view.Reprocesses.Count == 0 ? null : string.Join(", ", view.Reprocesses)));
        return ExitCodes.Succeeded;
    }

    private static string NumberOf(long? count) => count is { } number ? Words.Number(number) : "";
}
