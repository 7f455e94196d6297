using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Results;
using BatchFunctions.Storage;
using BatchFunctions.Telemetry;
using BatchFunctions.Workflow;

namespace BatchFunctions.Verification;

/// <summary>
/// Says whether a job's output is what its metadata claims: hashes, lengths and counts of all parts, the records of the input, the model and the
/// snapshot, and the scores of some shards, scored again. Nothing is changed.
/// </summary>
/// <param name="services">What the machine offers.</param>
public sealed class JobVerifier(JobServices services)
{
    /// <summary>Looks at the output of a job.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="runFolder">The address of its run folder.</param>
    /// <param name="options">How much is looked at.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BatchFunctionsException">A store cannot be reached. What is wrong with the output is no exception but stands in the report.</exception>
    public async Task<VerificationReport> VerifyAsync(string jobId, string runFolder, VerificationOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(runFolder);
        ArgumentNullException.ThrowIfNull(options);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, options.MaxParallel), CancellationToken = cancellationToken };
        var run = new RunFolder(services.Stores.Resolve(runFolder, services.BaseFolder));
        List<VerificationCheck> checks = [];

        var documents = new Findings("documents");
        PublishedRun published = await PublishedRun.ReadAsync(run, jobId, documents, cancellationToken);
        checks.Add(documents.ToCheck("the run folder's own files, and whether their numbers agree"));
        if (published.Manifest is not { } manifest)
            return new VerificationReport(jobId, run.Location.ToString(), checks);

        var parts = new Findings("parts");
        IReadOnlySet<string> right =
            (await PartsCheck.RunAsync(run.Location.Below(RunFolder.Predictions), manifest.Predictions, parts, parallel, cancellationToken))
            .Union(await PartsCheck.RunAsync(run.Location.Below(RunFolder.Rejects), manifest.Rejects, parts, parallel, cancellationToken))
            .ToHashSet(StringComparer.Ordinal);
        checks.Add(parts.ToCheck("parts: length, SHA-256, rows"));

        var commits = new Findings("commits");
        Lineage lineage = await ReadLineageAsync(jobId, run, manifest, commits, cancellationToken);
        await CommitsCheck.RunAsync(lineage, commits, parallel, cancellationToken);
        checks.Add(commits.ToCheck("shards: commit record and manifest"));
        await CheckSourcesAsync(lineage, published, right, options, parallel, checks);
        return new VerificationReport(jobId, run.Location.ToString(), checks);
    }

    private async Task<Lineage> ReadLineageAsync(string jobId, RunFolder run, Manifest manifest, Findings findings, CancellationToken cancellationToken)
    {
        var work = new WorkFolder(services.Stores.Resolve(services.WorkFolder, services.BaseFolder).Below(JobId.Require(jobId)));
        var lineage = new Lineage(run, work, null, null, manifest.Predictions, manifest.Rejects);
        try
        {
            return lineage with { Job = await work.FindJobAsync(cancellationToken), Plan = await work.FindPlanAsync(cancellationToken) };
        }
        catch (BatchFunctionsException damage) when (damage.Kind == ErrorKind.Integrity)
        {
            findings.Fault(work.Location.ToString(), damage.Message);
            return lineage;
        }
    }

    private async Task CheckSourcesAsync(
        Lineage lineage, PublishedRun published, IReadOnlySet<string> right, VerificationOptions options, ParallelOptions parallel, List<VerificationCheck> checks)
    {
        Findings snapshot = new("snapshot"), model = new("model"), records = new("records"), scores = new("scores");
        if (lineage.Job is not { } job)
        {
            string why = $"What the job was pinned to cannot be read from {lineage.Work.Location.Below(WorkFolder.JobFile)}.";
            foreach (Findings findings in (Findings[])[snapshot, model, records, scores])
                findings.Skip(why);
        }
        else
        {
            string metadataAddress = published.AddressOf(RunFolder.MetadataFile);
            StoreLocation source = services.Stores.Resolve(job.SourceStore, services.BaseFolder);
            SnapshotHashes? hashes = await lineage.Work.FindSnapshotHashesAsync(parallel.CancellationToken);
            IReadOnlySet<int> changed = await SnapshotCheck.RunAsync(source, job, published.Metadata, metadataAddress, hashes, snapshot, parallel);
            ModelRegistry registry = services.Registry(job.ModelsFolder);
            bool isModelRight = await ModelCheck.RunAsync(registry, job.Model, published.Metadata, metadataAddress, model, parallel.CancellationToken);
            SourceFile[] files = [.. job.Snapshot.Select(f => new SourceFile(source.Store, source.Key(f.Key), f.Length, f.ETag))];
            await RecordsCheck.RunAsync(files, job, published.Manifest!, published.AddressOf(RunFolder.ManifestFile), changed, records, parallel);
            if (!isModelRight)
                scores.Skip("Shards, since the model is not what the job ran.");
            else if (lineage.Plan is null)
                scores.Skip($"Shards, since the plan is gone from {lineage.Work.Location}.");
            else
                await ScoreAsync(lineage, changed, right, options, scores, parallel);
        }

        checks.Add(snapshot.ToCheck("input files: length, version, content"));
        checks.Add(model.ToCheck("files of the model: SHA-256"));
        checks.Add(records.ToCheck("records of the input: each scored or rejected"));
        checks.Add(scores.ToCheck(string.Create(CultureInfo.InvariantCulture, $"of {lineage.Plan?.Shards ?? 0} shards scored again: same bytes")));
    }

    private async Task ScoreAsync(
        Lineage lineage, IReadOnlySet<int> changed, IReadOnlySet<string> right, VerificationOptions options, Findings scores, ParallelOptions parallel)
    {
        IReadOnlyList<int> shards = ScoresCheck.Choose(lineage.Plan!.Shards, options.All ? int.MaxValue : options.Sample, Random.Shared);
        if (shards.Count == 0)
            return;
        HashSet<string> damaged = [.. lineage.Predictions.Concat(lineage.Rejects).Select(p => p.Name).Except(right)];
        using var meter = new BatchMeter();
        using var models = new ModelSessionCache();
        await using JobContext context = await JobContext.LoadAsync(services, models, meter, lineage.Job!, lineage.Work, parallel.CancellationToken);
        await ScoresCheck.RunAsync(lineage, context, shards, changed, damaged, scores, parallel);
    }
}
