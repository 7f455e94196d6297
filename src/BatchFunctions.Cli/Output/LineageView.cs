using BatchFunctions.Lineage;

namespace BatchFunctions.Cli.Output;

/// <summary>What a job was made of, as a script reads it.</summary>
internal sealed record LineageView(
    string JobId,
    string? Status,
    string? ParentJobId,
    string Pipeline,
    string PipelineSha256,
    string ModelName,
    string ModelVersion,
    string ModelSha256,
    string ManifestSha256,
    string ModelRequested,
    string? ApprovedBy,
    DateTimeOffset? ApprovedAt,
    string? ApprovalReason,
    string? CopiedFrom,
    string? Challenger,
    string? ChallengerSha256,
    string Source,
    int SnapshotFiles,
    long SnapshotBytes,
    string SnapshotSha256,
    DateTimeOffset PreparedAt,
    DateTimeOffset? EndedAt,
    long? RecordsTotal,
    long? RecordsScored,
    long? RecordsFailed,
    string RunFolder,
    string? TableFolder,
    IReadOnlyList<string> Reprocesses)
{
    public static LineageView Of(JobLineage lineage)
    {
        var use = lineage.Use;
        return new LineageView(
            use.JobId,
            lineage.Status?.ToString(),
            use.ParentJobId,
            use.Pipeline,
            use.PipelineSha256,
            use.Model.Name,
            use.Model.Version,
            use.Model.Sha256,
            use.Model.ManifestSha256,
            use.ModelRequested,
            use.ModelApproval?.By,
            use.ModelApproval?.At,
            use.ModelApproval?.Reason,
            use.ModelOrigin is { } origin ? $"models:/{origin.Name}/{origin.Version} of {origin.Registry}" : null,
            use.Challenger is { } challenger ? $"{challenger.Name}@{challenger.Version}" : null,
            use.Challenger?.Sha256,
            use.Source,
            use.SnapshotFiles,
            use.SnapshotBytes,
            use.SnapshotSha256,
            use.PreparedAt,
            lineage.EndedAt,
            lineage.RecordsTotal,
            lineage.RecordsScored,
            lineage.RecordsFailed,
            use.RunFolder,
            use.TableFolder,
            lineage.Reprocesses);
    }
}
