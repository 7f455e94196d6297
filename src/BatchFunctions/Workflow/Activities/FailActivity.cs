using BatchFunctions.Incremental;
using BatchFunctions.Monitoring;
using BatchFunctions.Planning;
using BatchFunctions.Reprocessing;
using BatchFunctions.Results;
using BatchFunctions.Results.Reports;
using BatchFunctions.Storage;

namespace BatchFunctions.Workflow.Activities;

/// <summary>
/// Leaves the evidence of a job that failed or was cancelled: metrics, metadata, report and the rejects so far. Its predictions are
/// taken back where a publication was broken off.
/// </summary>
internal sealed class FailActivity(JobServices services, JobContexts contexts) : IActivity<EndRequest, JobResult>
{
    public async Task<JobResult> RunAsync(EndRequest input, CancellationToken cancellationToken)
    {
        try
        {
            WorkFolder work = services.WorkFolderOf(input.Job);
            JobDefinition job = await work.ReadJobAsync(cancellationToken);
            RunFolder run = services.RunFolderOf(job);
            await WithdrawAsync(run, job, cancellationToken);

            IReadOnlyList<CommitRecord> commits = await work.ReadCommitsAsync(cancellationToken);
            if (job.Reprocess is not null)
                await new ReprocessPublication(services, job, work).WithdrawAsync(commits, cancellationToken);
            else
                await JobMark.WithdrawAsync(services, job, cancellationToken);
            await ShowRejectsAsync(run, commits, cancellationToken);
            IReadOnlyList<GroupRecord> groups = commits.Count == 0 ? [] : [GroupRecord.Of(commits)];
            // An earlier run of the job may have come further than this one.
            Findings? findings = input.Outcome is null ? null : await work.FindFindingsAsync(cancellationToken);
            SummaryMetrics summary = await RunDocuments.WriteAsync(
                run, job, groups, await work.FindSnapshotHashesAsync(cancellationToken), findings, input, services.MaxParallelOf(job), table: null, cancellationToken);
            await run.PutAsync(RunFolder.MarkerOf(input.Status), default, cancellationToken);
            return input.ToResult(run, summary);
        }
        finally
        {
            await contexts.ReleaseAsync(input.Job);
        }
    }

    private static async Task WithdrawAsync(RunFolder run, JobDefinition job, CancellationToken cancellationToken)
    {
        IObjectStore store = run.Location.Store;
        foreach (string file in (string[])[RunFolder.MarkerOf(JobStatus.Succeeded), RunFolder.MarkerOf(JobStatus.SucceededWithWarnings), RunFolder.ManifestFile, SingleFile.NameOf(job.Pipeline)])
            await store.DeleteAsync(run.Location.Key(file), cancellationToken);
        List<string> published = [];
        await foreach (ObjectProperties part in store.ListAsync(run.Location.Key(RunFolder.Predictions) + "/", cancellationToken))
            published.Add(part.Key);
        foreach (string key in published)
            await store.MoveAsync(key, run.Location.Key($"{RunFolder.StagedPredictions}/{key[(key.LastIndexOf('/') + 1)..]}"), cancellationToken);
    }

    // A part that is gone may be what the job failed of; what is left is shown all the same.
    private static async Task ShowRejectsAsync(RunFolder run, IReadOnlyList<CommitRecord> commits, CancellationToken cancellationToken)
    {
        foreach (Part rejects in commits.Select(c => c.Rejects).OfType<Part>())
        {
            string staged = run.Location.Key($"{RunFolder.StagedRejects}/{rejects.Name}");
            if (await run.Location.Store.FindAsync(staged, cancellationToken) is not null)
                await run.Location.Store.MoveAsync(staged, run.Location.Key($"{RunFolder.Rejects}/{rejects.Name}"), cancellationToken);
        }
    }
}
