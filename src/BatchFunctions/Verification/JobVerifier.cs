using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Planning;
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
    private const string DocumentsChecked = "files that describe the run, and whether their numbers agree";

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
        checks.Add(documents.ToCheck(DocumentsChecked));
        if (published.Manifest is not { } manifest)
            return new VerificationReport(jobId, run.Location.ToString(), checks);

        Findings parts = new("parts"), commits = new("commits"), snapshot = new("snapshot"), model = new("model"), records = new("records"), scores = new("scores");
        IReadOnlyList<Lineage> lineages = await ReadLineagesAsync(jobId, run, manifest, documents, commits, cancellationToken);
        HashSet<string> right = await CheckPartsAsync(run, manifest, lineages, parts, parallel);
        if (manifest.SingleFile is { } single)
            await PartsCheck.CheckAsync(run.Location, single, parts, cancellationToken);
        foreach (Lineage lineage in lineages)
        {
            await CommitsCheck.RunAsync(lineage, commits, parallel, cancellationToken);
            PublishedRun own = lineage.Run == run ? published : await PublishedRun.ReadAsync(lineage.Run, manifest.Reprocesses!.First(r => run.ReprocessOf(r.Number) == lineage.Run).JobId, documents, cancellationToken);
            await CheckSourcesAsync(lineage, own, right, options, parallel, snapshot, model, records, scores);
        }

        checks[0] = documents.ToCheck(DocumentsChecked);
        checks.Add(parts.ToCheck("parts: length, SHA-256, rows"));
        checks.Add(commits.ToCheck("shards: commit record and manifest"));
        checks.Add(snapshot.ToCheck("input files: length, version, content"));
        checks.Add(model.ToCheck("files of the model: SHA-256"));
        checks.Add(records.ToCheck("records of the input: each scored or rejected"));
        checks.Add(scores.ToCheck(string.Create(CultureInfo.InvariantCulture, $"of {lineages.Sum(l => l.Plan?.Shards ?? 0)} shards scored again: same bytes")));
        return new VerificationReport(jobId, run.Location.ToString(), checks);
    }

    /// <summary>What the job itself scored, and then what each reprocess did.</summary>
    private async Task<IReadOnlyList<Lineage>> ReadLineagesAsync(
        string jobId, RunFolder run, Manifest manifest, Findings documents, Findings commits, CancellationToken cancellationToken)
    {
        Manifest first = await ManifestChain.ReadFirstAsync(run, manifest, documents, cancellationToken);
        StoreLocation predictions = run.Location.Below(RunFolder.Predictions);
        List<Lineage> lineages = [await ReadLineageAsync(jobId, run, predictions, first, commits, cancellationToken)];
        foreach (ReprocessedParts added in manifest.Reprocesses ?? [])
        {
            RunFolder own = run.ReprocessOf(added.Number);
            if (await own.Location.Store.FindBytesAsync(own.Location.Key(RunFolder.ManifestFile), cancellationToken) is not { } bytes)
            {
                documents.Fault(own.Location.Below(RunFolder.ManifestFile).ToString(), "It is gone.");
                continue;
            }

            try
            {
                lineages.Add(await ReadLineageAsync(added.JobId, own, predictions, RunFolder.ReadManifest(bytes, own.Location), commits, cancellationToken));
            }
            catch (BatchFunctionsException damage) when (damage.Kind == ErrorKind.Integrity)
            {
                documents.Fault(own.Location.Below(RunFolder.ManifestFile).ToString(), damage.Message);
            }
        }

        return lineages;
    }

    private static async Task<HashSet<string>> CheckPartsAsync(RunFolder run, Manifest manifest, IReadOnlyList<Lineage> lineages, Findings parts, ParallelOptions parallel)
    {
        IReadOnlyList<(StoreLocation Folder, IReadOnlyList<Part> Parts)> places =
        [
            (run.Location.Below(RunFolder.Predictions), manifest.Predictions),
            (run.Location.Below(RunFolder.Rejects), [.. manifest.Rejects, .. manifest.SupersededRejects ?? []]),
            .. lineages.Where(l => l.Run != run).Select(l => (l.RejectsFolder, l.Rejects)),
        ];
        HashSet<string> right = new(StringComparer.Ordinal);
        foreach ((StoreLocation folder, IReadOnlyList<Part> listed) in places)
            right.UnionWith(await PartsCheck.RunAsync(folder, listed, parts, parallel, parallel.CancellationToken));
        return right;
    }

    private async Task<Lineage> ReadLineageAsync(
        string jobId, RunFolder run, StoreLocation predictions, Manifest manifest, Findings findings, CancellationToken cancellationToken)
    {
        WorkFolder work = await services.FindWorkAsync(jobId, run, cancellationToken);
        var lineage = new Lineage(run, work, null, null, predictions, manifest.Predictions, run.Location.Below(RunFolder.Rejects), manifest.Rejects);
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
        Lineage lineage,
        PublishedRun published,
        IReadOnlySet<string> right,
        VerificationOptions options,
        ParallelOptions parallel,
        Findings snapshot,
        Findings model,
        Findings records,
        Findings scores)
    {
        if (lineage.Job is not { } job || published.Manifest is not { } manifest)
        {
            string why = $"What the job was pinned to cannot be read from {lineage.Work.Location.Below(WorkFolder.JobFile)}.";
            foreach (Findings findings in (Findings[])[snapshot, model, records, scores])
                findings.Skip(why);
            return;
        }

        string metadataAddress = published.AddressOf(RunFolder.MetadataFile);
        JobDefinition here = await MovedView.FollowAsync(job, lineage.Run, parallel.CancellationToken);
        StoreLocation source = services.Stores.Resolve(here.SourceStore, services.BaseFolder);
        SnapshotHashes? hashes = await lineage.Work.FindSnapshotHashesAsync(parallel.CancellationToken);
        IReadOnlySet<int> changed = await SnapshotCheck.RunAsync(source, job, here.Snapshot, published.Metadata, metadataAddress, hashes, snapshot, parallel);
        bool isModelRight = await ModelCheck.RunAsync(services.Registry(job.ModelsFolder), job.Model, published.Metadata, metadataAddress, model, parallel.CancellationToken);
        if (job.Challenger is { } challenger)
            isModelRight &= await ModelCheck.RunAsync(services.Registry(job.ModelsFolder), challenger.Model, null, metadataAddress, model, parallel.CancellationToken);
        SourceFile[] files = [.. here.Snapshot.Select(f => new SourceFile(source.Store, source.Key(f.Key), f.Length, f.ETag))];
        await RecordsCheck.RunAsync(files, here, manifest, published.AddressOf(RunFolder.ManifestFile), changed, records, parallel);
        if (!isModelRight)
            scores.Skip("Shards, since the model is not what the job ran.");
        else if (lineage.Plan is null)
            scores.Skip($"Shards, since the plan is gone from {lineage.Work.Location}.");
        else
            await ScoreAsync(lineage with { Job = here }, changed, right, options, scores, parallel);
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
        await using JobContext context = await JobContext.LoadAsync(services with { ScoresForOthers = true }, models, meter, lineage.Job!, lineage.Work, parallel.CancellationToken);
        await ScoresCheck.RunAsync(lineage, context, shards, changed, damaged, scores, parallel);
    }
}
