using BatchFunctions.FunctionApp.Durable;
using BatchFunctions.Workflow;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.FunctionApp.Functions;

/// <summary>The activities of a job, one function each: they hand over to the library and let no failure lose its kind.</summary>
/// <param name="runtime">The activities on this machine.</param>
/// <param name="logger">Where failures go with all that is known of them; the task hub keeps only their text.</param>
public sealed class JobActivityFunctions(JobRuntime runtime, ILogger<JobActivityFunctions> logger)
{
    /// <inheritdoc cref="JobActivities.Prepare"/>
    [Function(nameof(JobActivities.Prepare))]
    public Task<PreparedJob> PrepareAsync([ActivityTrigger] JobRequest input, CancellationToken cancellationToken) =>
        RunAsync(JobActivities.Prepare, input, cancellationToken);

    /// <inheritdoc cref="JobActivities.Validate"/>
    [Function(nameof(JobActivities.Validate))]
    public Task<int> ValidateAsync([ActivityTrigger] JobReference input, CancellationToken cancellationToken) =>
        RunAsync(JobActivities.Validate, input, cancellationToken);

    /// <inheritdoc cref="JobActivities.Plan"/>
    [Function(nameof(JobActivities.Plan))]
    public Task<PlanSummary> PlanAsync([ActivityTrigger] JobReference input, CancellationToken cancellationToken) =>
        RunAsync(JobActivities.Plan, input, cancellationToken);

    /// <inheritdoc cref="JobActivities.HashSnapshot"/>
    [Function(nameof(JobActivities.HashSnapshot))]
    public Task<int> HashSnapshotAsync([ActivityTrigger] JobReference input, CancellationToken cancellationToken) =>
        RunAsync(JobActivities.HashSnapshot, input, cancellationToken);

    /// <inheritdoc cref="JobActivities.ScoreShard"/>
    [Function(nameof(JobActivities.ScoreShard))]
    public Task<ShardOutcome> ScoreShardAsync([ActivityTrigger] ShardRequest input, CancellationToken cancellationToken) =>
        RunAsync(JobActivities.ScoreShard, input, cancellationToken);

    /// <inheritdoc cref="JobActivities.DispatchShards"/>
    [Function(nameof(JobActivities.DispatchShards))]
    public Task<DispatchOutcome> DispatchShardsAsync([ActivityTrigger] DispatchRequest input, CancellationToken cancellationToken) =>
        RunAsync(JobActivities.DispatchShards, input, cancellationToken);

    /// <inheritdoc cref="JobActivities.CheckShards"/>
    [Function(nameof(JobActivities.CheckShards))]
    public Task<CheckOutcome> CheckShardsAsync([ActivityTrigger] CheckRequest input, CancellationToken cancellationToken) =>
        RunAsync(JobActivities.CheckShards, input, cancellationToken);

    /// <inheritdoc cref="JobActivities.WithdrawShards"/>
    [Function(nameof(JobActivities.WithdrawShards))]
    public Task<int> WithdrawShardsAsync([ActivityTrigger] WithdrawRequest input, CancellationToken cancellationToken) =>
        RunAsync(JobActivities.WithdrawShards, input, cancellationToken);

    /// <inheritdoc cref="JobActivities.AggregateGroup"/>
    [Function(nameof(JobActivities.AggregateGroup))]
    public Task<int> AggregateGroupAsync([ActivityTrigger] GroupReference input, CancellationToken cancellationToken) =>
        RunAsync(JobActivities.AggregateGroup, input, cancellationToken);

    /// <inheritdoc cref="JobActivities.Aggregate"/>
    [Function(nameof(JobActivities.Aggregate))]
    public Task<AggregateOutcome> AggregateAsync([ActivityTrigger] AggregateRequest input, CancellationToken cancellationToken) =>
        RunAsync(JobActivities.Aggregate, input, cancellationToken);

    /// <inheritdoc cref="JobActivities.Verify"/>
    [Function(nameof(JobActivities.Verify))]
    public Task<int> VerifyAsync([ActivityTrigger] JobReference input, CancellationToken cancellationToken) =>
        RunAsync(JobActivities.Verify, input, cancellationToken);

    /// <inheritdoc cref="JobActivities.Publish"/>
    [Function(nameof(JobActivities.Publish))]
    public Task<JobResult> PublishAsync([ActivityTrigger] EndRequest input, CancellationToken cancellationToken) =>
        RunAsync(JobActivities.Publish, input, cancellationToken);

    /// <inheritdoc cref="JobActivities.Fail"/>
    [Function(nameof(JobActivities.Fail))]
    public Task<JobResult> FailAsync([ActivityTrigger] EndRequest input, CancellationToken cancellationToken) =>
        RunAsync(JobActivities.Fail, input, cancellationToken);

    /// <inheritdoc cref="JobActivities.Notify"/>
    [Function(nameof(JobActivities.Notify))]
    public Task<int> NotifyAsync([ActivityTrigger] JobEvent input, CancellationToken cancellationToken) =>
        RunAsync(JobActivities.Notify, input, cancellationToken);

    /// <inheritdoc cref="JobActivities.CleanUp"/>
    [Function(nameof(JobActivities.CleanUp))]
    public Task<int> CleanUpAsync([ActivityTrigger] JobReference input, CancellationToken cancellationToken) =>
        RunAsync(JobActivities.CleanUp, input, cancellationToken);

    private async Task<TOutput> RunAsync<TInput, TOutput>(
        ActivityName<TInput, TOutput> activity, TInput input, CancellationToken cancellationToken)
    {
        try
        {
            return await runtime.Catalog.Activities.Get(activity).InvokeAsync(input, cancellationToken);
        }
        catch (Exception failure)
        {
            logger.LogWarning(failure, "Activity {Activity} failed for {Input}.", activity.Name, input);
            throw new StepFailedException(ActivityFailure.From(failure));
        }
    }
}
