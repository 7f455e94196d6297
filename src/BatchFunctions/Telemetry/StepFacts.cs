using System.Diagnostics;
using BatchFunctions.Workflow;

namespace BatchFunctions.Telemetry;

/// <summary>What the spans and logs of a step say of it.</summary>
/// <param name="JobId">The job's id.</param>
/// <param name="TraceParent">What its request carries, or null.</param>
/// <param name="Pipeline">The pipeline's name; null where it is not known yet.</param>
/// <param name="Model">The model: <c>name@version</c>; null where it is not known yet.</param>
/// <param name="Shard">The shard; null where the step is not about one.</param>
internal sealed record StepFacts(string JobId, string? TraceParent, string? Pipeline, string? Model, int? Shard)
{
    /// <summary>The facts of a step by its input; null for a step that is no job's.</summary>
    public static StepFacts? Of(object? input) => input switch
    {
        JobRequest request => new(request.JobId, request.TraceParent, request.PipelineName, null, null),
        JobReference job => Of(job, null),
        ShardRequest shard => Of(shard.Job, shard.Shard),
        DispatchRequest dispatch => Of(dispatch.Job, null),
        CheckRequest check => Of(check.Job, null),
        WithdrawRequest withdraw => Of(withdraw.Job, null),
        GroupReference group => Of(group.Job, null),
        AggregateRequest aggregate => Of(aggregate.Job, null),
        EndRequest end => Of(end.Job, null),
        JobEvent what => new(what.JobId, what.TraceParent, what.Pipeline, what.Model, what.Shard),
        _ => null,
    };

    /// <summary>The facts by their names: <c>job</c>, <c>pipeline</c>, <c>model</c>, <c>shard</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Named(string prefix)
    {
        List<KeyValuePair<string, object?>> named = [new($"{prefix}job", JobId)];
        if (Pipeline is not null)
            named.Add(new($"{prefix}pipeline", Pipeline));
        if (Model is not null)
            named.Add(new($"{prefix}model", Model));
        if (Shard is not null)
            named.Add(new($"{prefix}shard", Shard));
        return named;
    }

    /// <summary>The parent of the step's span.</summary>
    public ActivityContext Parent() => JobTrace.ParentOf(JobId, TraceParent);

    private static StepFacts Of(JobReference job, int? shard) => new(job.JobId, job.TraceParent, job.Pipeline, job.Model, shard);
}
