using BatchFunctions.Planning;
using BatchFunctions.Reprocessing;
using BatchFunctions.Workflow;

namespace BatchFunctions.Results.Reports;

/// <summary>What <c>metadata.json</c> and <c>summary_metrics.json</c> tell of a reprocess.</summary>
public sealed record ReprocessRecord
{
    /// <summary>Which reprocess of its job it was, from 1: its evidence lies in <c>reprocess/0001</c>.</summary>
    public required int Number { get; init; }

    /// <summary>The id of the job whose rejects were scored again.</summary>
    public required string Of { get; init; }

    /// <summary>The id of the job that scored them.</summary>
    public required string JobId { get; init; }

    /// <summary>Who asked for it; null where nobody said.</summary>
    public string? By { get; init; }

    /// <summary>Why; null where nobody said.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>The file with corrected records; null where there was none.</summary>
    public CorrectedFile? CorrectedFile { get; init; }

    /// <summary>The pipeline file whose rules held; null where the job's own did.</summary>
    public string? Pipeline { get; init; }

    /// <summary>The digest of the pipeline whose rules held.</summary>
    public required string PipelineSha256 { get; init; }

    /// <summary>The number of rejects that were scored again: scored + failed.</summary>
    public required long RecordsTotal { get; init; }

    /// <summary>The number of them with a score now.</summary>
    public required long RecordsScored { get; init; }

    /// <summary>The number of them that failed again.</summary>
    public required long RecordsFailed { get; init; }

    internal static ReprocessRecord? From(JobDefinition job, EndRequest end, long scored, long failed) => job.Reprocess is not { } reprocess ? null : new ReprocessRecord
    {
        Number = reprocess.Number,
        Of = reprocess.JobId,
        JobId = end.Job.JobId,
        By = reprocess.By,
        Reason = reprocess.Reason,
        RequestedAt = job.Request.RequestedAt,
        EndedAt = end.EndedAt,
        CorrectedFile = reprocess.Corrected,
        Pipeline = reprocess.Pipeline,
        PipelineSha256 = job.PipelineSha256,
        RecordsTotal = scored + failed,
        RecordsScored = scored,
        RecordsFailed = failed,
    };
}
