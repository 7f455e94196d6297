using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Storage;

namespace BatchFunctions.Verification;

/// <summary>Finds the view of a job whose run folder was archived: it goes where the run goes.</summary>
internal static class MovedView
{
    /// <summary>What a job was pinned to, its view where it is now.</summary>
    /// <param name="job">What the job was pinned to.</param>
    /// <param name="run">Its run folder as it is found.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <returns><paramref name="job"/> itself where nothing has moved, or where there is nothing in the new place either.</returns>
    public static async Task<JobDefinition> FollowAsync(JobDefinition job, RunFolder run, CancellationToken cancellationToken)
    {
        if (job.View is not { } view || run.Location.ToString() == job.RunFolder)
            return job;
        StoreLocation folder = run.Location.Below(RunFolder.Input);
        return await folder.Store.FindAsync(folder.Key(view.File), cancellationToken) is not { } found
            ? job
            : job with
            {
                SourceStore = folder.Store.Address,
                SourcePrefix = folder.Path + "/",
                Snapshot = [job.Snapshot[0] with { Key = found.Key, ETag = found.ETag }],
            };
    }
}
