
namespace BatchFunctions.Workflow.Activities;

/// <summary>Lets go of the memory that a job held on this machine.</summary>
internal sealed class CleanUpActivity(JobContexts contexts) : IActivity<JobReference, int>
{
    public async Task<int> RunAsync(JobReference input, CancellationToken cancellationToken)
    {
        await contexts.ReleaseAsync(input);
        return 0;
    }
}
