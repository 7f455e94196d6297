using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Results.Reports;
using BatchFunctions.Scoring;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Reprocessing;

/// <summary>
/// Pins a reprocess: everything as the job had it, but for the rules, where other ones were asked for, and the input, which are the rejects that
/// are scored again, written down as files of their own.
/// </summary>
internal sealed class ReprocessPreparation(JobServices services, ModelSessionCache models)
{
    // What a pipeline says of the job as a whole, not of a record. The model is compared by what it resolves to.
    private static readonly HashSet<string> OfTheJob =
    [
        "name", "version", "model", "validation", "shards", "retry", "policy", "monitoring", "trigger", "notify", "scoring", "retention",
        "source.path", "source.format", "source.hash", "output.path", "output.single_file", "output.table",
    ];

    private readonly ILogger _logger = services.Loggers.CreateLogger("BatchFunctions.Job");

    /// <summary>Pins what <paramref name="request"/> asks for.</summary>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: the job has no rejects, the rules change more than the rules, or no record could be scored again.
    /// </exception>
    public async Task<JobDefinition> DefineAsync(JobRequest request, CancellationToken cancellationToken)
    {
        ReprocessRequest asked = request.Reprocess!;
        var run = new RunFolder(services.Stores.Resolve(asked.RunFolder, services.BaseFolder));
        JobDefinition job = await ReadJobAsync(asked.JobId, run, cancellationToken);
        (Manifest manifest, string manifestHash) = await ReadManifestAsync(asked.JobId, run, cancellationToken);
        RunFolder evidence = run.ReprocessOf(asked.Number);

        ModelRegistry registry = services.Registry(job.ModelsFolder);
        using ModelSessionLease lease = await models.AcquireAsync(registry, job.Model, cancellationToken);
        JobDefinition defined = asked.Pipeline is null ? job : await WithRulesAsync(job, request, registry, lease.Session, cancellationToken);

        var selection = new ReprocessSelection(services, defined, run, manifest);
        await using var inputs = new ReprocessInputs(defined, services.Stores.Resolve(job.SourceStore, services.BaseFolder), evidence.Location.Below(RunFolder.Input));
        CorrectedFile? corrected = await selection.WriteAsync(asked, inputs, cancellationToken);
        if (inputs.Count == 0)
            throw NothingToScore(asked, manifest, corrected);
        IReadOnlyList<SnapshotFile> snapshot = await inputs.CompleteAsync(cancellationToken);
        if (corrected is { Unmatched: > 0 })
            _logger.LogWarning("{Count} records of {File} match no reject of job {Job} and are left out.", corrected.Unmatched, corrected.Address, asked.JobId);

        return defined with
        {
            Since = null,
            Request = request,
            Pipeline = OnlyScoring(defined.Pipeline),
            SourceStore = run.Location.Store.Address,
            SourcePrefix = "",
            Snapshot = snapshot,
            View = null,
            Software = SoftwareVersions.OfThisProcess(),
            RunFolder = evidence.Location.ToString(),
            TableFolder = null,
            Drift = null,
            PreparedAt = services.Time.GetUtcNow(),
            Reprocess = new ReprocessDefinition
            {
                JobId = asked.JobId,
                RunFolder = job.RunFolder,
                Number = asked.Number,
                Generation = manifest.Number,
                ManifestSha256 = manifestHash,
                Corrected = corrected,
                Pipeline = asked.Pipeline,
                Records = inputs.Count,
                By = asked.By,
                Reason = asked.Reason,
            },
        };
    }

    private async Task<JobDefinition> ReadJobAsync(string jobId, RunFolder run, CancellationToken cancellationToken)
    {
        WorkFolder work = await services.FindWorkAsync(jobId, run, cancellationToken);
        JobDefinition job = await work.FindJobAsync(cancellationToken) ?? throw new BatchFunctionsException(
            ErrorKind.Request, $"Job {jobId} cannot be reprocessed: {work.Location.Below(WorkFolder.JobFile)} is gone, which has what it was pinned to. Score the corrected records as a job of their own.");
        return job.Reprocess is not { } reprocess
            ? job
            : throw new BatchFunctionsException(ErrorKind.Request, $"{jobId} is itself a reprocess of job {reprocess.JobId}, whose rejects it has left. Reprocess {reprocess.JobId}.");
    }

    private static async Task<(Manifest Manifest, string Sha256)> ReadManifestAsync(string jobId, RunFolder run, CancellationToken cancellationToken)
    {
        byte[]? bytes = await run.Location.Store.FindBytesAsync(run.Location.Key(RunFolder.ManifestFile), cancellationToken);
        bool hasEnded = false;
        foreach (JobStatus status in (JobStatus[])[JobStatus.Succeeded, JobStatus.SucceededWithWarnings])
            hasEnded |= await run.Location.Store.FindAsync(run.Location.Key(RunFolder.MarkerOf(status)), cancellationToken) is not null;
        if (bytes is null || !hasEnded)
            throw new BatchFunctionsException(ErrorKind.Request, $"Job {jobId} has published nothing in {run.Location}, so there is nothing to add to. Only a job that succeeded can be reprocessed; one that failed can be retried.");
        Manifest manifest = RunFolder.ReadManifest(bytes, run.Location);
        return manifest.RecordsFailed > 0
            ? (manifest, Convert.ToHexStringLower(SHA256.HashData(bytes)))
            : throw new BatchFunctionsException(ErrorKind.Request, $"Job {jobId} has no rejects: all of its {manifest.RecordsScored} records have a score.");
    }

    private async Task<JobDefinition> WithRulesAsync(
        JobDefinition job, JobRequest request, ModelRegistry registry, ModelSession session, CancellationToken cancellationToken)
    {
        string file = request.Reprocess!.Pipeline!;
        LoadedPipeline loaded = await PipelineFile.ReadAsync(services, request, cancellationToken);
        PinnedModel model = await ResolveAsync(ModelRequest.Parse(loaded.Definition.Model), job, registry, cancellationToken);
        if (model != job.Model)
            throw new BatchFunctionsException(ErrorKind.Request, $"{file} asks for the model {model.Name}@{model.Version}, but job {request.Reprocess.JobId} was scored by {job.Model.Name}@{job.Model.Version}. An output holds the scores of one model: write model: {job.Model.Name}@{job.Model.Version}, or start a new job.");
        PipelineDefinition asked = PredictionSchema.WithModelDefaults(loaded.Definition, session.Signature, session.Manifest);
        string[] others = [.. Differences(job.Pipeline, asked)];
        if (others.Length > 0)
            throw new BatchFunctionsException(ErrorKind.Request, $"{file} differs from the pipeline of job {request.Reprocess.JobId} in more than validation: {string.Join(", ", others)}. Its records would not fit the output; make these as they were, or start a new job.");

        PipelineDefinition pipeline = job.Pipeline with { Validation = asked.Validation };
        ColumnPlan plan = ColumnPlanner.Plan(
            pipeline, session.Signature, Available(job, pipeline), job.Format, file, job.PartitionColumns, job.Evaluation);
        IReadOnlyList<string> challenging = job.Challenger?.OwnColumns ?? [];
        plan = plan with { Read = [.. plan.Read, .. job.Columns.Where(c => challenging.Contains(c.Name) && plan.Read.All(r => r.Name != c.Name))] };
        Schema before = PredictionSchema.Of(job.Pipeline, session.Signature, [.. job.Columns, .. job.PartitionColumns]);
        Schema after = PredictionSchema.Of(pipeline, session.Signature, [.. plan.Read, .. plan.Partitions]);
        if (!after.Equals(before))
            throw new BatchFunctionsException(ErrorKind.Request, $"With the rules of {file} the output would have the columns {after}, but it has {before}. Give the columns carried along the types that they had.");
        return job with { Pipeline = pipeline, PipelineSha256 = loaded.Sha256, PipelineJson = loaded.Json, Columns = plan.Read, PartitionColumns = plan.Partitions };
    }

    // What the job asked for stays what it was resolved to, even where another version is approved by now or the job's takes no new jobs any more.
    private async Task<PinnedModel> ResolveAsync(ModelRequest asked, JobDefinition job, ModelRegistry registry, CancellationToken cancellationToken)
    {
        string text = asked.ToString();
        return text == job.Pipeline.Model || text == $"{job.Model.Name}@{job.Model.Version}"
            ? job.Model
            : (await asked.ResolveAsync(registry, services.EnvironmentVariable, cancellationToken)).Version.Pin();
    }

    // What the job read keeps the type that it was read as; text has all columns that a rule may name.
    private static Schema Available(JobDefinition job, PipelineDefinition pipeline)
    {
        IEnumerable<string> ruled = job.Format == FileFormat.Parquet ? [] : pipeline.Validation.Columns.Keys.Except(job.PartitionColumns.Select(c => c.Name));
        return new Schema(job.Columns.Concat(ruled.Select(name => new Field(name, DataType.String))).DistinctBy(c => c.Name));
    }

    /// <summary>The keys, but for the rules, in which two pipelines differ in what they make of a record.</summary>
    private static IEnumerable<string> Differences(PipelineDefinition before, PipelineDefinition after)
    {
        JsonObject one = Written(before), other = Written(after);
        foreach (string key in one.Select(p => p.Key).Union(other.Select(p => p.Key)).Where(k => !OfTheJob.Contains(k)))
        {
            if (one[key] is JsonObject left && other[key] is JsonObject right && key is "source" or "output")
            {
                foreach (string inner in left.Select(p => p.Key).Union(right.Select(p => p.Key)).Where(k => !OfTheJob.Contains($"{key}.{k}")))
                    if (!JsonNode.DeepEquals(left[inner], right[inner]))
                        yield return $"{key}.{inner}";
            }
            else if (!JsonNode.DeepEquals(one[key], other[key]))
            {
                yield return key;
            }
        }

        static JsonObject Written(PipelineDefinition pipeline) => JsonSerializer.SerializeToNode(pipeline, WorkJson.Default.PipelineDefinition)!.AsObject();
    }

    // What speaks of a whole input says nothing of a few records of it.
    private static PipelineDefinition OnlyScoring(PipelineDefinition pipeline) => pipeline with
    {
        Policy = new PolicyDefinition(),
        Monitoring = null,
        Trigger = null,

        // The filter chose the records when it could read them; those that are scored again were chosen by a person.
        Source = pipeline.Source with { Filter = null },
        Output = pipeline.Output with { Table = null, SingleFile = false },
    };

    private static BatchFunctionsException NothingToScore(ReprocessRequest asked, Manifest manifest, CorrectedFile? corrected) => new(
        ErrorKind.Request,
        corrected is null
            ? string.Create(CultureInfo.InvariantCulture, $"None of the {manifest.RecordsFailed} rejects of job {asked.JobId} has its whole record in {RunFolder.Rejects}, so that none can be scored again. Give corrected records.")
            : string.Create(CultureInfo.InvariantCulture, $"None of the {corrected.Unmatched} records of {corrected.Address} matches one of the {manifest.RecordsFailed} rejects that job {asked.JobId} has left. Look at 'file' and 'record', or the id, of the rejects."));
}
