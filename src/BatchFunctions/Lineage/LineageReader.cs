using BatchFunctions.Models;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Results.Reports;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;

namespace BatchFunctions.Lineage;

/// <summary>Says which jobs used a version of a model, and what a job was made of.</summary>
/// <param name="services">What the machine offers.</param>
/// <param name="engine">Where jobs are known, or null where none is at hand; then those of older software are not found.</param>
public sealed class LineageReader(JobServices services, IJobEngine? engine)
{
    private const int ConcurrentReads = 16;

    /// <summary>The jobs that were pinned to a version, the newest first.</summary>
    /// <param name="version">The version; not <c>approved</c>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<JobLineage>> ListAsync(ModelReference version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(version);
        Dictionary<string, ModelUse> uses = (await services.ModelUses().ListAsync(version, cancellationToken)).ToDictionary(u => u.JobId, StringComparer.Ordinal);
        Dictionary<string, JobRecord> known = await ListJobsAsync(cancellationToken);
        foreach (JobRecord job in known.Values.Where(j => !uses.ContainsKey(j.JobId)))
            if (await FindPinAsync(job.JobId, job, cancellationToken) is { } pin && (pin.Model.Name, pin.Model.Version) == (version.Name, version.Version))
                uses.Add(job.JobId, pin);

        ModelUse[] all = [.. uses.Values.OrderByDescending(u => u.PreparedAt).ThenBy(u => u.JobId, StringComparer.Ordinal)];
        var lineages = new JobLineage[all.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = ConcurrentReads, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, all.Length, options, async (i, token) => lineages[i] = await CompleteAsync(all[i], known.GetValueOrDefault(all[i].JobId), token));
        return lineages;
    }

    /// <summary>What a job was made of, or null where nothing is known of it.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<JobLineage?> FindAsync(string jobId, CancellationToken cancellationToken)
    {
        JobRecord? job = engine is null ? null : await engine.FindAsync(JobId.Require(jobId), cancellationToken);
        ModelUse? use = await FindPinAsync(jobId, job, cancellationToken) ?? await services.ModelUses().FindAsync(jobId, cancellationToken);
        return use is null ? null : await CompleteAsync(use, job, cancellationToken);
    }

    private async Task<Dictionary<string, JobRecord>> ListJobsAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, JobRecord> jobs = new(StringComparer.Ordinal);
        string? after = null;
        do
        {
            if (engine is null)
                break;
            JobPage page = await engine.ListAsync(new JobQuery { Limit = JobQuery.MaxLimit, After = after }, cancellationToken);
            foreach (JobRecord job in page.Jobs)
                jobs[job.JobId] = job;
            after = page.Next;
        }
        while (after is not null);
        return jobs;
    }

    private async Task<ModelUse?> FindPinAsync(string jobId, JobRecord? job, CancellationToken cancellationToken)
    {
        JobDefinition? pinned = await services.WorkFolderOf(jobId).FindJobAsync(cancellationToken);
        if (pinned is null && job?.Result?.RunFolder is { } folder)
            pinned = await new RunFolder(services.Stores.Resolve(folder, services.BaseFolder)).KeptWork.FindJobAsync(cancellationToken);
        return pinned is null ? null : ModelUse.Of(pinned);
    }

    private async Task<JobLineage> CompleteAsync(ModelUse use, JobRecord? job, CancellationToken cancellationToken)
    {
        StoreLocation run = services.Stores.Resolve(use.RunFolder, services.BaseFolder);
        RunMetadata? metadata = await run.Store.FindBytesAsync(run.Key(RunFolder.MetadataFile), cancellationToken) is { } bytes ? RunMetadata.FromJson(bytes) : null;

        // A retried job has the metadata of the run before until it ends again.
        if (job is { Result: null } || metadata is null)
            return new JobLineage(use, job?.Status, null, null, null, null, []);
        return new JobLineage(
            use,
            metadata.Status,
            metadata.RecordsTotal,
            metadata.RecordsScored,
            metadata.RecordsFailed,
            metadata.EndedAt,
            [.. (metadata.Reprocesses ?? []).Select(r => r.JobId)]);
    }
}
