using BatchFunctions.Results;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;

namespace BatchFunctions.Reprocessing;

/// <summary>Makes the request of a reprocess: a job of its own, whose id follows from the job's and from how often that was reprocessed before.</summary>
/// <param name="services">What the machine offers.</param>
/// <param name="engine">Where jobs are known.</param>
public sealed class ReprocessDraft(JobServices services, IJobEngine engine)
{
    /// <summary>Makes the request. The same wish gives the same request until that has ended, so that asking again goes on with it.</summary>
    /// <param name="job">The job whose rejects are to be scored again.</param>
    /// <param name="wish">What is asked for.</param>
    /// <param name="trigger">Who or what asks: <c>cli</c>, <c>http</c>.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: the job has published nothing, nothing was given that could change the outcome, or another reprocess of the job is at work.
    /// </exception>
    public async Task<JobRequest> MakeAsync(JobRecord job, ReprocessWish wish, string trigger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(wish);
        if (wish.Corrected is null && wish.Pipeline is null)
            throw new BatchFunctionsException(ErrorKind.Request, "Nothing was given that would let rejects be scored: name a file with corrected records, a pipeline file with other rules, or both.");
        if (job.Request.Reprocess is { } other)
            throw new BatchFunctionsException(ErrorKind.Request, $"{job.JobId} is itself a reprocess of job {other.JobId}, which has the rejects that are left. Reprocess {other.JobId}.");
        if (job.Status is not (JobStatus.Succeeded or JobStatus.SucceededWithWarnings) || job.Result?.RunFolder is not { } runFolder)
            throw new BatchFunctionsException(ErrorKind.Request, $"Job {job.JobId} is {job.Status}; only a job that succeeded has published an output that records can be added to. One that failed can be retried.");

        var run = new RunFolder(services.Stores.Resolve(runFolder, services.BaseFolder));
        for (int number = 1; ; number++)
        {
            JobRequest request = RequestOf(job, wish, runFolder, trigger, number);
            JobRecord? known = await engine.FindAsync(request.JobId, cancellationToken);
            if (known is { Result: null })
            {
                return request.IsSameAs(known.Request)
                    ? request
                    : throw new BatchFunctionsException(ErrorKind.Request, $"Another reprocess of job {job.JobId} has not ended: {known.JobId} is {known.Status}. Wait for its end, resume it, or cancel it.");
            }

            if (known is null && !await IsTakenAsync(run.ReprocessOf(number), cancellationToken))
                return request;
        }
    }

    private static async Task<bool> IsTakenAsync(RunFolder evidence, CancellationToken cancellationToken)
    {
        await foreach (ObjectProperties _ in evidence.Location.Store.ListAsync(evidence.Location.Path + "/", cancellationToken))
            return true;
        return false;
    }

    private JobRequest RequestOf(JobRecord job, ReprocessWish wish, string runFolder, string trigger, int number) => new()
    {
        JobId = JobId.ForReprocess(job.JobId, number),
        Pipeline = wish.Pipeline ?? job.Request.Pipeline,
        PipelineName = job.Request.PipelineName,
        Trigger = trigger,
        RequestedAt = services.Time.GetUtcNow(),
        Date = job.Request.Date,
        MaxParallel = wish.MaxParallel ?? job.Request.MaxParallel,
        Reprocess = new ReprocessRequest
        {
            JobId = job.JobId,
            RunFolder = runFolder,
            Number = number,
            Corrected = wish.Corrected,
            Pipeline = wish.Pipeline,
            By = wish.By,
            Reason = wish.Reason,
        },
    };
}
