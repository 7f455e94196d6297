using BatchFunctions.Storage;

namespace BatchFunctions.Workflow.Activities;

/// <summary>Lets go of the memory that a job held on this machine, and of half-written files that killed runs left in its work folder.</summary>
internal sealed class CleanUpActivity(JobServices services, JobContexts contexts) : IActivity<JobReference, int>
{
    public async Task<int> RunAsync(JobReference input, CancellationToken cancellationToken)
    {
        await contexts.ReleaseAsync(input);
        StoreLocation work = services.WorkFolderOf(input).Location;
        return await work.Store.RemoveStaleStagingAsync(work.Path + "/", TimeSpan.Zero, cancellationToken);
    }
}
