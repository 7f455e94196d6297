using BatchFunctions.Results;
using BatchFunctions.Results.Reports;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;

namespace BatchFunctions.Monitoring;

/// <summary>Finds the last jobs of a pipeline in its run folders: of the same day or before, started earlier, succeeded.</summary>
internal static class VolumeHistory
{
    // Of a day with more jobs than this, those with the greatest ids are looked at.
    private const int MaxJobsOfADay = 500;
    private const int ReadsAtOnce = 16;

    /// <summary>Reads the last jobs.</summary>
    /// <param name="pipeline">The folder of all runs of the pipeline.</param>
    /// <param name="day">The day of the job that is compared.</param>
    /// <param name="jobId">Its id.</param>
    /// <param name="startedAt">When it started.</param>
    /// <param name="count">How many jobs at most.</param>
    /// <param name="unreadable">Takes what is wrong with a summary that cannot be read; that job is left out.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The jobs, the latest first.</returns>
    public static async Task<IReadOnlyList<VolumeRun>> ReadAsync(
        StoreLocation pipeline, DateOnly day, string jobId, DateTimeOffset startedAt, int count, Action<BatchFunctionsException> unreadable, CancellationToken cancellationToken)
    {
        List<VolumeRun> runs = [];
        IEnumerable<string> days = (await FoldersAsync(pipeline, cancellationToken)).Where(f => RunFolder.DayOf(f) <= day);
        foreach (string name in days.Reverse())
        {
            StoreLocation folder = pipeline.Below(name);
            bool isSameDay = RunFolder.DayOf(name) == day;
            string[] jobs = [.. (await FoldersAsync(folder, cancellationToken)).Where(j => !isSameDay || j != jobId).TakeLast(MaxJobsOfADay)];
            IEnumerable<SummaryMetrics> summaries = await ReadAsync(folder, jobs, unreadable, cancellationToken);
            runs.AddRange(summaries
                // An incremental job that finds nothing new says nothing of how much there is when there is something.
                .Where(s => s.RecordsTotal > 0 && s.Status is JobStatus.Succeeded or JobStatus.SucceededWithWarnings && !(isSameDay && s.StartedAt >= startedAt))
                .OrderByDescending(s => s.StartedAt).ThenByDescending(s => s.JobId, StringComparer.Ordinal)
                .Take(count - runs.Count)
                .Select(s => new VolumeRun(s.JobId, s.RecordsTotal)));
            if (runs.Count == count)
                break;
        }

        return runs;
    }

    private static Task<IReadOnlyList<string>> FoldersAsync(StoreLocation folder, CancellationToken cancellationToken) =>
        folder.Store.ListFoldersAsync(folder.Path.Length == 0 ? "" : folder.Path + "/", cancellationToken);

    private static async Task<IEnumerable<SummaryMetrics>> ReadAsync(
        StoreLocation day, string[] jobs, Action<BatchFunctionsException> unreadable, CancellationToken cancellationToken)
    {
        var summaries = new SummaryMetrics?[jobs.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, jobs.Length, options, async (i, token) =>
        {
            try
            {
                if (await day.Store.FindBytesAsync(day.Key($"{jobs[i]}/{RunFolder.SummaryFile}"), token) is { } bytes)
                    summaries[i] = SummaryMetrics.FromJson(bytes);
            }
            catch (BatchFunctionsException e) when (e.Kind == ErrorKind.Integrity)
            {
                unreadable(new BatchFunctionsException(e.Kind, $"{day.Below(jobs[i])}: {e.Message}", e));
            }
        });
        return summaries.OfType<SummaryMetrics>();
    }
}
