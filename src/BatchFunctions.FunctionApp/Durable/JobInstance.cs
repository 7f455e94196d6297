using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using BatchFunctions.Workflow;
using Microsoft.DurableTask.Client;

namespace BatchFunctions.FunctionApp.Durable;

/// <summary>Reads an instance of the job's orchestrator as what an engine remembers of a job.</summary>
internal static class JobInstance
{
    /// <summary>The job that <paramref name="instance"/> is, or null where it is none: a group of shards, or somebody else's orchestration.</summary>
    public static JobRecord? Read(OrchestrationMetadata instance)
    {
        if (instance.Name != JobWorkflows.Job.Name || Parse(instance.SerializedInput, WorkflowJson.Default.JobRequest) is not { } request)
            return null;
        var result = ResultOf(instance);
        return new JobRecord(
            instance.InstanceId,
            result?.Status ?? StatusOf(instance),
            request,
            Parse(instance.SerializedCustomStatus, WorkflowJson.Default.JobProgress),
            result,
            request.Run > 1 ? request.RequestedAt : instance.CreatedAt,
            instance.LastUpdatedAt,
            Owner: null);
    }

    /// <summary>How far <paramref name="group"/> is, where it has said so.</summary>
    public static JobProgress? ProgressOf(OrchestrationMetadata group) =>
        Parse(group.SerializedCustomStatus, WorkflowJson.Default.JobProgress);

    /// <summary>The runtime statuses that a job of <paramref name="status"/> may have.</summary>
    public static OrchestrationRuntimeStatus[] RuntimeStatusesOf(JobStatus status) => status switch
    {
        JobStatus.Pending => [OrchestrationRuntimeStatus.Pending],
        JobStatus.Running => [OrchestrationRuntimeStatus.Running],
        JobStatus.Interrupted => [OrchestrationRuntimeStatus.Suspended],
        JobStatus.Failed => [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated],
        _ => [OrchestrationRuntimeStatus.Completed],
    };

    private static JobStatus StatusOf(OrchestrationMetadata instance) => instance.RuntimeStatus switch
    {
        OrchestrationRuntimeStatus.Pending => JobStatus.Pending,
        OrchestrationRuntimeStatus.Suspended => JobStatus.Interrupted,
        _ => JobStatus.Running,
    };

    private static JobResult? ResultOf(OrchestrationMetadata instance)
    {
        if (!instance.IsCompleted)
            return null;
        if (instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed
            && Parse(instance.SerializedOutput, WorkflowJson.Default.JobResult) is { } result)
        {
            return result;
        }

        // The workflow itself writes down every failure that it foresees; here it was ended from outside, or is at fault.
        var failure = instance.FailureDetails is { } details
            ? FailureText.Read(details)
            : FailureText.Read($"The orchestration ended as {instance.RuntimeStatus}: {instance.SerializedOutput ?? "no reason was given"}");
        return new JobResult(instance.InstanceId, JobStatus.Failed, null, 0, 0, 0, [], failure.Message, failure.Kind);
    }

    private static T? Parse<T>(string? json, JsonTypeInfo<T> type)
        where T : class
    {
        if (string.IsNullOrEmpty(json))
            return null;
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
