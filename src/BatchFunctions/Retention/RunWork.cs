using BatchFunctions.Results;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;

namespace BatchFunctions.Retention;

/// <summary>Removes files of a run and its work files, in an order in which a process killed in between leaves nothing that misleads.</summary>
internal static class RunWork
{
    private const int ConcurrentDeletes = 16;

    private static readonly string[] Markers =
        [RunFolder.MarkerOf(JobStatus.Succeeded), RunFolder.MarkerOf(JobStatus.SucceededWithWarnings), RunFolder.MarkerOf(JobStatus.Failed)];

    /// <summary>The ids of the job and of all its reprocesses.</summary>
    public static IEnumerable<string> JobsOf(StoredRun run) => [run.JobId, .. run.Reprocesses.Select(r => JobId.ForReprocess(run.JobId, r.Number))];

    /// <summary>Deletes the files of a run folder: the marker first, so that nobody begins to read, the metadata last, so that the rest is found again.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="keep">The name of a file that stays; null for none.</param>
    /// <param name="cancellationToken">Ends the work; run again, it goes on.</param>
    public static async Task DeleteRunAsync(StoreLocation run, string? keep, CancellationToken cancellationToken)
    {
        foreach (string marker in Markers)
            await run.Store.DeleteAsync(run.Key(marker), cancellationToken);
        await DeleteBelowAsync(run, [run.Key(RunFolder.ManifestFile), run.Key(RunFolder.MetadataFile)], keep is null ? null : run.Key(keep), cancellationToken);
    }

    /// <summary>Deletes a job's work folder.</summary>
    /// <returns>The number of files, and their length.</returns>
    public static Task<(int Files, long Bytes)> DeleteWorkAsync(JobServices services, string jobId, CancellationToken cancellationToken)
    {
        WorkFolder work = services.WorkFolderOf(jobId);
        return DeleteBelowAsync(work.Location, [work.Location.Key(WorkFolder.JobFile)], null, cancellationToken);
    }

    /// <summary>Deletes the parts that a job that failed had waiting for publication.</summary>
    public static Task DeleteStagingAsync(RunFolder run, CancellationToken cancellationToken) =>
        DeleteBelowAsync(run.Location.Below(RunFolder.Staging), [], null, cancellationToken);

    /// <summary>Copies what a published job is verified by later into its run folder, unless that is there, or the work files are gone.</summary>
    public static async Task KeepWorkAsync(JobServices services, string jobId, RunFolder run, CancellationToken cancellationToken)
    {
        WorkFolder work = services.WorkFolderOf(jobId);
        if (await work.FindJobAsync(cancellationToken) is not null && await run.KeptWork.FindJobAsync(cancellationToken) is null)
            await work.KeepAsync(run.KeptWork, cancellationToken);
    }

    private static async Task<(int Files, long Bytes)> DeleteBelowAsync(StoreLocation folder, string[] last, string? keep, CancellationToken cancellationToken)
    {
        List<ObjectProperties> files = [];
        await foreach (ObjectProperties found in folder.Store.ListAsync(folder.Path + "/", cancellationToken))
            if (found.Key != keep)
                files.Add(found);
        await Parallel.ForEachAsync(
            files.Where(f => !last.Contains(f.Key)),
            new ParallelOptions { MaxDegreeOfParallelism = ConcurrentDeletes, CancellationToken = cancellationToken },
            async (file, token) => await folder.Store.DeleteAsync(file.Key, token));
        foreach (string key in last)
            await folder.Store.DeleteAsync(key, cancellationToken);
        await folder.Store.RemoveStaleStagingAsync(folder.Path + "/", TimeSpan.Zero, cancellationToken);
        return (files.Count, files.Sum(f => f.Length));
    }
}
