using System.Text.Json;
using BatchFunctions.Models;
using BatchFunctions.Results.Challengers;
using BatchFunctions.Workflow;

namespace BatchFunctions.Results.Reports;

/// <summary>Where a job's output comes from: the content of <c>metadata.json</c>. Enough to run the same job again and to show that it was the same.</summary>
public sealed record RunMetadata
{
    /// <summary>The job's id.</summary>
    public required string JobId { get; init; }

    /// <summary>How the job ended.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>The pipeline's name.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The pipeline's version.</summary>
    public required int PipelineVersion { get; init; }

    /// <summary>The pipeline's digest: see <see cref="Pipelines.PipelineDocument.Sha256"/>.</summary>
    public required string PipelineSha256 { get; init; }

    /// <summary>What the pipeline said, without secrets: see <see cref="Pipelines.PipelineDocument.CanonicalJson"/>.</summary>
    public JsonElement? PipelineDefinition { get; init; }

    /// <summary>The model reference as it was asked for, such as <c>churn@approved</c>.</summary>
    public string? ModelRequested { get; init; }

    /// <summary>The model's name.</summary>
    public required string ModelName { get; init; }

    /// <summary>The model's version.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>The SHA-256 of the ONNX file.</summary>
    public required string ModelSha256 { get; init; }

    /// <summary>The SHA-256 of the model's manifest.</summary>
    public string? ManifestSha256 { get; init; }

    /// <summary>Where the version stood when the job was pinned to it: <c>registered</c> or <c>approved</c>.</summary>
    public string? ModelStage { get; init; }

    /// <summary>Who had approved it, when and why; null where nobody had.</summary>
    public ModelApproval? ModelApproval { get; init; }

    /// <summary>The registry that the version was copied from; null where it was registered in the job's own.</summary>
    public ModelOrigin? ModelOrigin { get; init; }

    /// <summary>The challenger; null without one.</summary>
    public ChallengerPin? Challenger { get; init; }

    /// <summary>The exact input.</summary>
    public required DataSnapshot DataSnapshot { get; init; }

    /// <summary>Optional features' columns that the input lacks, all of whose values are missing; null where there are none.</summary>
    public IReadOnlyList<string>? AbsentColumns { get; init; }

    /// <summary>Columns of the first file that nobody asked for, the first 200 of them; null where there are none.</summary>
    public IReadOnlyList<string>? UnusedColumns { get; init; }

    /// <summary>Who or what asked for the job.</summary>
    public required string Trigger { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>From start to end, in seconds.</summary>
    public required double ExecutionTimeSec { get; init; }

    /// <summary>The number of records in the snapshot that the filter lets through.</summary>
    public required long RecordsTotal { get; init; }

    /// <summary>The number of records in the snapshot that <c>source.filter</c> leaves out; null where it leaves out none.</summary>
    public long? RecordsExcluded { get; init; }

    /// <summary>The number of records with a score in the output.</summary>
    public required long RecordsScored { get; init; }

    /// <summary>The number of rejects.</summary>
    public required long RecordsFailed { get; init; }

    /// <summary>The share of records scored, 0 to 1.</summary>
    public required double SuccessRate { get; init; }

    /// <summary>The number of shards.</summary>
    public required int Shards { get; init; }

    /// <summary>The number of parts with predictions.</summary>
    public required int Parts { get; init; }

    /// <summary>The number of parts with rejects.</summary>
    public int RejectParts { get; init; }

    /// <summary>How often an activity was tried again; null where the engine does not say.</summary>
    public int? Retries { get; init; }

    /// <summary>Rows handed to one model run, as planned.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Who settled <see cref="BatchSize"/>: <c>model</c> (it has a fixed number of rows), <c>pipeline</c>, <c>default</c>, <c>probe</c>.</summary>
    public string? BatchSizeOrigin { get; init; }

    /// <summary>What the probe measured, by batch size: the least time per row, in nanoseconds. Null where there was none.</summary>
    public IReadOnlyDictionary<string, double>? BatchSizeTimings { get; init; }

    /// <summary>The number of shards by the batch size they were scored with; another than <see cref="BatchSize"/> was forced by memory trouble.</summary>
    public IReadOnlyDictionary<string, int> BatchSizes { get; init; } = new Dictionary<string, int>();

    /// <summary>Where the model ran: <c>cpu</c>, <c>cuda</c>, <c>tensorrt</c>.</summary>
    public required string Device { get; init; }

    /// <summary>What <c>scoring.device</c> asks for; null for jobs of before this was recorded, as are the three that follow.</summary>
    public string? DeviceRequested { get; init; }

    /// <summary>Why the model ran there.</summary>
    public string? DeviceReason { get; init; }

    /// <summary>Who scored: <c>in_process</c>, <c>container</c>.</summary>
    public string? Tier { get; init; }

    /// <summary>Why that one did.</summary>
    public string? TierReason { get; init; }

    /// <summary>How many shards could run at once.</summary>
    public required int MaxParallel { get; init; }

    /// <summary>The table that the output was published to, or null.</summary>
    public RunTable? Table { get; init; }

    /// <summary>What it added to, where it scored the rejects of another job again; null for a job of its own.</summary>
    public ReprocessRecord? Reprocess { get; init; }

    /// <summary>What was added to the output since the job ended, in order; null where nothing was.</summary>
    public IReadOnlyList<ReprocessRecord>? Reprocesses { get; init; }

    /// <summary>The software it ran on.</summary>
    public required SoftwareVersions Software { get; init; }

    /// <summary>The file's bytes: indented JSON with snake_case keys in a fixed order.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ReportJson.Files.RunMetadata);

    /// <summary>Reads the file's bytes.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: they are no such file.</exception>
    public static RunMetadata FromJson(ReadOnlySpan<byte> utf8) => ReportJson.Read(utf8, ReportJson.Files.RunMetadata, "metadata.json");
}
