using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Storage;

namespace BatchFunctions.Workflow;

/// <summary>What jobs have written to their work folders and run folders, for those who watch them.</summary>
/// <param name="services">What the machine offers.</param>
public sealed class JobFiles(JobServices services)
{
    /// <summary>How many shards a page has at most: 500.</summary>
    public const int MaxShards = 500;

    private const int ConcurrentReads = 16;

    /// <summary>Some shards of a job, by its plan and its commit records; none and a total of 0 where there is no plan yet.</summary>
    /// <param name="job">The job.</param>
    /// <param name="from">The number of the first shard, from 0.</param>
    /// <param name="limit">How many at most, 1 to <see cref="MaxShards"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The page; null where the job had a plan and its work files are gone.</returns>
    public async Task<ShardPage?> FindShardsAsync(JobRecord job, int from, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxShards);
        WorkFolder work = WorkOf(job.JobId);
        if (await work.FindPlanAsync(cancellationToken) is not { } plan)
            return HadPlan(job) ? null : new ShardPage(0, []);

        int end = (int)Math.Min(plan.Shards, (long)from + limit);
        var shards = new ShardView[Math.Max(0, end - from)];
        for (int page = from / plan.PageSize; page * plan.PageSize < end; page++)
        {
            PlanPage content = await work.ReadPageAsync(page, cancellationToken);
            foreach (Shard shard in content.Shards.Where(s => s.Index >= from && s.Index < end))
                shards[shard.Index - from] = new ShardView(shard.Index, ShardState.Pending, RecordsOf(shard), null);
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = ConcurrentReads, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, shards.Length, options, async (i, token) =>
        {
            if (await work.FindCommitAsync(from + i, token) is { } commit)
                shards[i] = new ShardView(from + i, ShardState.Committed, commit.Records, commit);
        });
        return new ShardPage(plan.Shards, shards);
    }

    /// <summary>A job's report, or null where there is none yet.</summary>
    /// <param name="job">The job.</param>
    /// <param name="isHtml">Whether the page is wanted, and not the text.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The report's bytes, in UTF-8.</returns>
    public async Task<byte[]?> FindReportAsync(JobRecord job, bool isHtml, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (job.Result?.RunFolder is not { } folder)
            return null;
        StoreLocation run = services.Stores.Resolve(folder, services.BaseFolder);
        return await run.Store.FindBytesAsync(run.Key(isHtml ? RunFolder.HtmlReportFile : RunFolder.TextReportFile), cancellationToken);
    }

    /// <summary>
    /// Deletes the work folder of a job that has ended and, where it published nothing, the parts that wait in its run folder. What was
    /// published, and the evidence of a job that failed, stays.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Ends the work; run again, it goes on.</param>
    public async Task DeleteAsync(JobRecord job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        bool isPublished = job.Status is JobStatus.Succeeded or JobStatus.SucceededWithWarnings;
        if (!isPublished && job.Result?.RunFolder is { } folder)
            await DeleteBelowAsync(services.Stores.Resolve(folder, services.BaseFolder).Below(RunFolder.Staging), cancellationToken);

        WorkFolder work = WorkOf(job.JobId);
        await DeleteBelowAsync(work.Location, cancellationToken, last: work.Location.Key(WorkFolder.JobFile));
    }

    private WorkFolder WorkOf(string jobId) =>
        new(services.Stores.Resolve(services.WorkFolder, services.BaseFolder).Below(JobId.Require(jobId)));

    private static bool HadPlan(JobRecord job) =>
        job.Progress is { ShardsTotal: > 0 } || job.Status is JobStatus.Succeeded or JobStatus.SucceededWithWarnings;

    private static long? RecordsOf(Shard shard) => shard.Segments.All(s => s.Records is not null) ? shard.Segments.Sum(s => s.Records) : null;

    // What a job is pinned to goes last: no run of it may meet commit records that belong to another pin.
    private static async Task DeleteBelowAsync(StoreLocation folder, CancellationToken cancellationToken, string? last = null)
    {
        List<string> keys = [];
        await foreach (ObjectProperties found in folder.Store.ListAsync(folder.Path + "/", cancellationToken))
            if (found.Key != last)
                keys.Add(found.Key);
        var options = new ParallelOptions { MaxDegreeOfParallelism = ConcurrentReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(keys, options, async (key, token) => await folder.Store.DeleteAsync(key, token));
        if (last is not null)
            await folder.Store.DeleteAsync(last, cancellationToken);
        await folder.Store.RemoveStaleStagingAsync(folder.Path + "/", TimeSpan.Zero, cancellationToken);
    }
}
