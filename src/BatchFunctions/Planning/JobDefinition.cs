using BatchFunctions.Data;
using BatchFunctions.Incremental;
using BatchFunctions.Models;
using BatchFunctions.Monitoring;
using BatchFunctions.Pipelines;
using BatchFunctions.Reprocessing;
using BatchFunctions.Results.Reports;
using BatchFunctions.Views;
using BatchFunctions.Workflow;

namespace BatchFunctions.Planning;

/// <summary>
/// All that a job was pinned to when it was prepared. It is written once to the work folder, and every activity works from it alone:
/// what changes in the pipeline's file or in the registry later does not reach the job.
/// </summary>
public sealed record JobDefinition
{
    /// <summary>The request that started the job.</summary>
    public required JobRequest Request { get; init; }

    /// <summary>The pipeline with the request's replacements applied.</summary>
    public required PipelineDefinition Pipeline { get; init; }

    /// <summary>The SHA-256 of the pipeline's definition, in lower-case hex.</summary>
    public required string PipelineSha256 { get; init; }

    /// <summary>What the pipeline's file said, as JSON without secrets.</summary>
    public required string PipelineJson { get; init; }

    /// <summary>The resolved model.</summary>
    public required PinnedModel Model { get; init; }

    /// <summary>Where the version stood when the job was pinned to it; null for jobs that were prepared before this was recorded.</summary>
    public ModelStage? ModelStage { get; init; }

    /// <summary>Who had approved it, when and why; null where nobody had.</summary>
    public StageChange? ModelApproval { get; init; }

    /// <summary>The registry that the version was copied from; null where it was registered here.</summary>
    public ModelOrigin? ModelOrigin { get; init; }

    /// <summary>The address of the registry's folder.</summary>
    public required string ModelsFolder { get; init; }

    /// <summary>The address of the store that the snapshot's keys belong to.</summary>
    public required string SourceStore { get; init; }

    /// <summary>What the snapshot's keys have in front of the files' names: the folder that <c>source.path</c> starts in, empty for the store's root.</summary>
    public required string SourcePrefix { get; init; }

    /// <summary>The version of the Delta table that the snapshot is; null where it is no table.</summary>
    public long? TableVersion { get; init; }

    /// <summary>What it goes on from, where it scores only what is new; null where it scores all.</summary>
    public SincePin? Since { get; init; }

    /// <summary>The view that the snapshot is, made from the sources for this job; null where the sources' own files are scored.</summary>
    public ViewRecord? View { get; init; }

    /// <summary>The files' format.</summary>
    public required FileFormat Format { get; init; }

    /// <summary>The pinned files, in the input's order.</summary>
    public required IReadOnlyList<SnapshotFile> Snapshot { get; init; }

    /// <summary>The columns to read from every file, with their types.</summary>
    public required IReadOnlyList<Field> Columns { get; init; }

    /// <summary>The columns that come from the files' folders, with their types.</summary>
    public required IReadOnlyList<Field> PartitionColumns { get; init; }

    /// <summary>How predictions are compared with labels; null where they are not.</summary>
    public EvaluationPlan? Evaluation { get; init; }

    /// <summary>Optional features' columns that the input lacks, all of whose values are missing; null for jobs that were prepared before there were any.</summary>
    public IReadOnlyList<string>? AbsentColumns { get; init; }

    /// <summary>Columns of the first file that nobody asks for, the first 200 of them; null where there are none.</summary>
    public IReadOnlyList<string>? UnusedColumns { get; init; }
    /// <summary>The second model, or null.</summary>
    public ChallengerPlan? Challenger { get; init; }

    /// <summary>What the records are compared with, or null where drift is not measured.</summary>
    public DriftPlan? Drift { get; init; }

    /// <summary>Rows handed to one model run.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Who settled <see cref="BatchSize"/>; null for jobs that were prepared before this was recorded.</summary>
    public BatchSizeOrigin? BatchSizeOrigin { get; init; }

    /// <summary>What the probe measured, by batch size: the least time per row, in nanoseconds; null where there was none.</summary>
    public IReadOnlyDictionary<string, double>? BatchSizeTimings { get; init; }

    /// <summary>Who scores and on what; null for jobs that were prepared before there was a choice, which are scored in process on the processor.</summary>
    public ScoringPlan? Scoring { get; init; }

    /// <summary>The software that pinned the job; another version might round otherwise.</summary>
    public required SoftwareVersions Software { get; init; }

    /// <summary>The address of the run folder.</summary>
    public required string RunFolder { get; init; }

    /// <summary>The address of the folder of the table that the job publishes to, or null.</summary>
    public string? TableFolder { get; init; }

    /// <summary>The day that <c>{date}</c> stands for.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>What it adds to, where it scores the rejects of another job again; null for a job of its own.</summary>
    public ReprocessDefinition? Reprocess { get; init; }

    /// <summary>When the job was prepared.</summary>
    public required DateTimeOffset PreparedAt { get; init; }

    /// <summary>The name by which rejects and predictions call a file: its key below <see cref="SourcePrefix"/>, the same on every store.</summary>
    public string NameOf(SnapshotFile file) => file.Origin?.Name ?? file.Key[SourcePrefix.Length..];

    /// <summary>The format of a file of the snapshot.</summary>
    public FileFormat FormatOf(SnapshotFile file) => file.Origin?.Format ?? Format;
}
