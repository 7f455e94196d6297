using BatchFunctions.Models;
using BatchFunctions.Planning;

namespace BatchFunctions.Lineage;

/// <summary>That a job was pinned to a model: what is left of the job's lineage when its work files, and perhaps its output, are gone.</summary>
public sealed record ModelUse
{
    /// <summary>The job's id.</summary>
    public required string JobId { get; init; }

    /// <summary>The pipeline's name.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The SHA-256 of the pipeline's definition.</summary>
    public required string PipelineSha256 { get; init; }

    /// <summary>The model with its digests.</summary>
    public required PinnedModel Model { get; init; }

    /// <summary>The model reference as it was asked for, such as <c>churn@approved</c>.</summary>
    public required string ModelRequested { get; init; }

    /// <summary>Who had approved the model, when and why; null where nobody had.</summary>
    public StageChange? ModelApproval { get; init; }

    /// <summary>The registry that the version was copied from; null where it was registered in the job's own.</summary>
    public ModelOrigin? ModelOrigin { get; init; }

    /// <summary>The challenger with its digests; null without one.</summary>
    public PinnedModel? Challenger { get; init; }

    /// <summary>The address of the input that was asked for, globs and all.</summary>
    public required string Source { get; init; }

    /// <summary>The number of the input's files.</summary>
    public required int SnapshotFiles { get; init; }

    /// <summary>The length of the input's files together.</summary>
    public required long SnapshotBytes { get; init; }

    /// <summary>A digest of every file's key, length and ETag: two jobs with the same one read the same input.</summary>
    public required string SnapshotSha256 { get; init; }

    /// <summary>The job whose rejects were scored again; null for a job of its own.</summary>
    public string? ParentJobId { get; init; }

    /// <summary>The address of the run folder.</summary>
    public required string RunFolder { get; init; }

    /// <summary>The address of the folder of the table that the job publishes to, or null.</summary>
    public string? TableFolder { get; init; }

    /// <summary>When the job was pinned.</summary>
    public required DateTimeOffset PreparedAt { get; init; }

    internal static ModelUse Of(JobDefinition job) => new()
    {
        JobId = job.Request.JobId,
        Pipeline = job.Pipeline.Name,
        PipelineSha256 = job.PipelineSha256,
        Model = job.Model,
        ModelRequested = job.Pipeline.Model,
        ModelApproval = job.ModelApproval,
        ModelOrigin = job.ModelOrigin,
        Challenger = job.Challenger?.Model,
        Source = job.Pipeline.Source.Path,
        SnapshotFiles = job.Snapshot.Count,
        SnapshotBytes = job.Snapshot.Sum(f => f.Length),
        SnapshotSha256 = SnapshotReader.DigestOf(job.Snapshot),
        ParentJobId = job.Reprocess?.JobId,
        RunFolder = job.RunFolder,
        TableFolder = job.TableFolder,
        PreparedAt = job.PreparedAt,
    };
}
