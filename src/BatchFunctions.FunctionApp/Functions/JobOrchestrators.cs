using BatchFunctions.FunctionApp.Durable;
using BatchFunctions.Workflow;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace BatchFunctions.FunctionApp.Functions;

/// <summary>The workflows of a job as orchestrators.</summary>
public static class JobOrchestrators
{
    /// <summary>Runs a whole job.</summary>
    [Function(nameof(JobWorkflows.Job))]
    public static Task<JobResult> RunJobAsync([OrchestrationTrigger] TaskOrchestrationContext context, JobRequest request) =>
        RunAsync(context, new JobWorkflow(), request);

    /// <summary>Scores one group of a job's shards.</summary>
    [Function(nameof(JobWorkflows.ShardGroup))]
    public static Task<GroupOutcome> RunShardGroupAsync([OrchestrationTrigger] TaskOrchestrationContext context, GroupRequest request) =>
        RunAsync(context, new ShardGroupWorkflow(), request);

    private static async Task<TOutput> RunAsync<TInput, TOutput>(
        TaskOrchestrationContext context, IWorkflow<TInput, TOutput> workflow, TInput input)
    {
        try
        {
            return await workflow.RunAsync(new DurableWorkflowContext(context), input);
        }
        catch (Exception failure)
        {
            throw new StepFailedException(ActivityFailure.From(failure));
        }
    }
}
