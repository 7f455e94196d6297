using BatchFunctions.Data;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Storage;

namespace BatchFunctions.Workflow.Activities;

/// <summary>
/// Checks, before anything is published, that every shard is committed exactly once, that every planned record is in its output or
/// among its rejects, that every part is there in full, and that the snapshot is still what was pinned.
/// </summary>
internal sealed class VerifyActivity(JobServices services) : IActivity<JobReference, int>
{
    private const int ChecksAtOnce = 16;

    public async Task<int> RunAsync(JobReference input, CancellationToken cancellationToken)
    {
        WorkFolder work = services.WorkFolderOf(input);
        JobDefinition job = await work.ReadJobAsync(cancellationToken);
        Plan plan = await work.ReadPlanAsync(cancellationToken);
        RunFolder run = services.RunFolderOf(job);

        Dictionary<string, long> staged = [];
        foreach (StoreLocation folder in PlacesOfParts(job, run))
            await foreach (ObjectProperties part in folder.Store.ListAsync(folder.Path + "/", cancellationToken))
                staged[part.Key[(part.Key.LastIndexOf('/') + 1)..]] = part.Length;

        int parts = 0;
        long records = 0;
        Segment? before = null;
        for (int first = 0; first < plan.Shards; first += plan.PageSize)
        {
            GroupRecord group = await work.ReadGroupAsync(first, cancellationToken);
            PlanPage page = await work.ReadPageAsync(first / plan.PageSize, cancellationToken);
            if (!group.Shards.Select(s => s.Shard).SequenceEqual(page.Shards.Select(s => s.Index)))
                throw Broken(input, $"the shards from {first} on are not each committed once");
            for (int i = 0; i < group.Shards.Count; i++)
                parts += Check(input, page.Shards[i], group.Shards[i], staged);
            foreach (Segment segment in page.Shards.SelectMany(s => s.Segments.Concat(s.Skipped ?? []).OrderBy(g => g.File).ThenBy(g => g.Start)))
                before = CheckOrder(input, before, segment);
            records += group.Shards.Sum(s => s.Records + s.Excluded) - page.Shards.Sum(SkippedOf);
        }

        if (plan.Records is { } planned && planned != records)
            throw Broken(input, $"the plan has {planned} records, the shards have {records}");
        await CheckSnapshotAsync(job, cancellationToken);
        return parts;
    }

    // A publication that was broken off has moved some of them already; a reprocess publishes its predictions where those of its job are.
    private IEnumerable<StoreLocation> PlacesOfParts(JobDefinition job, RunFolder run)
    {
        foreach (string folder in (string[])[RunFolder.StagedPredictions, RunFolder.StagedRejects, RunFolder.Predictions, RunFolder.Rejects])
            yield return run.Location.Below(folder);
        if (job.Reprocess is { } reprocess)
            yield return services.Stores.Resolve(reprocess.RunFolder, services.BaseFolder).Below(RunFolder.Predictions);
    }

    // Segments follow each other without a gap or an overlap; where a file's records are known, so do their numbers.
    private static Segment CheckOrder(JobReference job, Segment? before, Segment segment)
    {
        bool follows = before is null || before.File < segment.File
            ? segment.FirstRecord == 0
            : before.File == segment.File && before.Start + before.Length == segment.Start && before.FirstRecord + before.Records == segment.FirstRecord;
        return follows ? segment : throw Broken(job, $"the plan leaves out or repeats records before record {segment.FirstRecord} of file {segment.File}");
    }

    private static int Check(JobReference job, Shard planned, GroupShard shard, Dictionary<string, long> staged)
    {
        if (shard.Predictions.Rows + (shard.Rejects?.Rows ?? 0) != shard.Records)
            throw Broken(job, $"shard {shard.Shard} has {shard.Records} records, wrote {shard.Predictions.Rows} and rejected {shard.Rejects?.Rows ?? 0}");
        long read = shard.Records + shard.Excluded - SkippedOf(planned);
        if (planned.Segments.All(s => s.Records is not null) && planned.Segments.Sum(s => s.Records) != read)
            throw Broken(job, $"shard {shard.Shard} was planned with {planned.Segments.Sum(s => s.Records)} records and read {read}");
        int parts = 0;
        foreach (Part? part in (Part?[])[shard.Predictions, shard.Rejects])
        {
            if (part is null)
                continue;
            parts++;
            if (!staged.TryGetValue(part.Name, out long length))
                throw Broken(job, $"the part {part.Name} is gone");
            if (length != part.Bytes)
                throw Broken(job, $"the part {part.Name} has {length} bytes, not {part.Bytes}");
        }

        return parts;
    }

    private static long SkippedOf(Shard shard) => (shard.Skipped ?? []).Sum(s => s.Records ?? 0);

    private static BatchFunctionsException Broken(JobReference job, string what) =>
        new(ErrorKind.Integrity, $"The output of job {job.JobId} does not add up: {what}. Nothing was published; run the input again as a new job and report this.");

    private async Task CheckSnapshotAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        StoreLocation source = services.Stores.Resolve(job.SourceStore, services.BaseFolder);
        await Parallel.ForEachAsync(
            job.Snapshot,
            new ParallelOptions { MaxDegreeOfParallelism = ChecksAtOnce, CancellationToken = cancellationToken },
            async (file, token) =>
            {
                ObjectProperties? now = await source.Store.FindAsync(source.Key(file.Key), token);
                if (now is null || now.ETag != file.ETag)
                    throw new BatchFunctionsException(
                        ErrorKind.Integrity,
                        $"{source.Below(file.Key)} {(now is null ? "was deleted" : "changed")} while the job ran, so its snapshot no longer exists. Nothing was published; start a new job when the input is at rest.");
            });
    }
}
