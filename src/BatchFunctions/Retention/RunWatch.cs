using BatchFunctions.Workflow;

namespace BatchFunctions.Retention;

/// <summary>Says whether somebody is at work on a run.</summary>
/// <param name="engine">Where jobs are known, or null where none is at hand; then the run folder alone says it.</param>
/// <param name="time">The clock.</param>
internal sealed class RunWatch(IJobEngine? engine, TimeProvider time)
{
    // Without an engine, evidence without an end may be that of a reprocess at work, or of one that was refused.
    private static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    /// <summary>The job that is at work on a run, the run's own or a reprocess; null where none is.</summary>
    public async Task<string?> FindWorkAsync(StoredRun run, CancellationToken cancellationToken)
    {
        if (engine is null)
        {
            return run.Reprocesses.FirstOrDefault(r => !r.HasMarker && time.GetUtcNow() - r.LastModified < Patience) is { } open
                ? JobId.ForReprocess(run.JobId, open.Number)
                : null;
        }

        foreach (string jobId in RunWork.JobsOf(run))
            if (await engine.FindAsync(jobId, cancellationToken) is { Result: null })
                return jobId;

        // One that was accepted and has left nothing yet.
        string next = JobId.ForReprocess(run.JobId, run.Reprocesses.Count == 0 ? 1 : run.Reprocesses.Max(r => r.Number) + 1);
        return await engine.FindAsync(next, cancellationToken) is { Result: null } ? next : null;
    }
}
