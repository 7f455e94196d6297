using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Storage;

namespace BatchFunctions.Workflow.Activities;

/// <summary>
/// Writes down what the snapshot's files hold, as they were pinned. It runs beside the scoring, in the time that shards wait for the disk.
/// </summary>
internal sealed class HashSnapshotActivity(JobServices services) : IActivity<JobReference, int>
{
    private const int ScoredPerHash = 4;

    /// <summary>Whether <paramref name="job"/> wants to know.</summary>
    public static bool IsWanted(JobDefinition job) =>
        job.View is null && SnapshotHashes.IsWanted(job.Pipeline.Source.Hash, job.Snapshot.Sum(f => f.Length));

    public async Task<int> RunAsync(JobReference input, CancellationToken cancellationToken)
    {
        WorkFolder work = services.WorkFolderOf(input);
        JobDefinition job = await work.ReadJobAsync(cancellationToken);
        StoreLocation source = services.Stores.Resolve(job.SourceStore, services.BaseFolder);
        string[] hashes = new string[job.Snapshot.Count];
        await Parallel.ForAsync(
            0,
            hashes.Length,
            new ParallelOptions { MaxDegreeOfParallelism = (services.MaxParallelOf(job) + ScoredPerHash - 1) / ScoredPerHash, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                SnapshotFile file = job.Snapshot[i];
                hashes[i] = await ContentHash.OfObjectAsync(source.Store, source.Key(file.Key), file.ETag, token);
            });
        await work.PutSnapshotHashesAsync(new SnapshotHashes(hashes), cancellationToken);
        return hashes.Length;
    }
}
