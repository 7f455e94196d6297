using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Fakes;

/// <summary>Catalogs whose job workflow is another than the library's.</summary>
internal static class OtherWorkflows
{
    private static readonly ActivityName<string, string> Heavy = new("Heavy");

    /// <summary>A job workflow that asks for other steps than the library's does.</summary>
    public static WorkflowCatalog Changed(FakeJob job, string how) => With(job.Activities(), async (context, request) =>
    {
        if (how == "Swapped")
            await context.CallActivityAsync(JobActivities.Validate, new JobReference(request.JobId, "work"), RetryPolicy.None);
        else
            await context.CallActivityAsync(JobActivities.Prepare, request, RetryPolicy.None);
        await context.WaitForEventAsync("never", CancellationToken.None);
        throw new InvalidOperationException("Never reached.");
    });

    /// <summary>A job workflow that breaks the rule that nothing but its context is awaited.</summary>
    public static WorkflowCatalog Foreign(FakeJob job, Task foreign) => With(job.Activities(), async (context, request) =>
    {
        // The activity starts when this turn is over, so that what it brings about comes between turns for certain.
        _ = context.CallActivityAsync(JobActivities.Prepare, request, RetryPolicy.None);
        await foreign;
        throw new InvalidOperationException("Never reached.");
    });

    /// <summary>A job workflow one of whose activities gives data instead of a reference.</summary>
    public static WorkflowCatalog HeavyPlan(FakeJob job) => With(
        job.Activities().Add(Heavy, new FakeActivity<string, string>((_, _) => Task.FromResult(new string('x', 65_535)))),
        async (context, request) =>
        {
            await context.CallActivityAsync(Heavy, string.Empty, new RetryPolicy(5, TimeSpan.FromHours(1), 1, TimeSpan.FromHours(1)));
            throw new InvalidOperationException("Never reached.");
        });

    /// <summary>A job workflow that has failed while one of its activities, Prepare, is still at work.</summary>
    public static WorkflowCatalog Hasty(FakeJob job) => With(job.Activities(), async (context, request) =>
    {
        _ = context.CallActivityAsync(JobActivities.Prepare, request, RetryPolicy.None);
        await context.CallActivityAsync(JobActivities.Validate, new JobReference(request.JobId, "work"), RetryPolicy.None);
        return new JobResult(request.JobId, JobStatus.Failed, null, request.Run, 0, 0, [], "Hasty.", ErrorKind.Internal);
    });

    private static WorkflowCatalog With(ActivityCatalog activities, Func<IWorkflowContext, JobRequest, Task<JobResult>> run) =>
        new WorkflowCatalog(activities).Add(JobWorkflows.Job, () => new DelegateWorkflow<JobRequest, JobResult>(run));
}
