using BatchFunctions.Planning;
using BatchFunctions.Results;

namespace BatchFunctions.Workflow.Activities;

/// <summary>
/// Leaves the evidence of a job that failed or was cancelled: metrics, metadata, report and the rejects so far. Its predictions stay
/// unpublished.
/// </summary>
internal sealed class FailActivity(JobServices services, JobContexts contexts) : IActivity<EndRequest, JobResult>
{
    public async Task<JobResult> RunAsync(EndRequest input, CancellationToken cancellationToken)
    {
        WorkFolder work = services.WorkFolderOf(input.Job);
        JobDefinition job = await work.ReadJobAsync(cancellationToken);
        RunFolder run = services.RunFolderOf(job);
        IReadOnlyList<GroupRecord> groups = input.Outcome is null
            ? []
            : await work.ReadGroupsAsync(await work.ReadPlanAsync(cancellationToken), cancellationToken);

        IEnumerable<Part> rejects = groups.SelectMany(g => g.Shards).Select(s => s.Rejects).OfType<Part>();
        await PublishActivity.MoveAsync(run, RunFolder.StagedRejects, RunFolder.Rejects, rejects, cancellationToken);
        await RunDocuments.WriteAsync(run, job, groups, input, services.MaxParallelOf(job), cancellationToken);
        await run.PutAsync(RunFolder.MarkerOf(input.Status), default, cancellationToken);
        await contexts.ReleaseAsync(input.Job);
        return input.ToResult(run);
    }
}
