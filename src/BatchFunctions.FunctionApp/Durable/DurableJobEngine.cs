using BatchFunctions.Workflow;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BatchFunctions.FunctionApp.Durable;

/// <summary>
/// Starts and watches jobs as orchestrations of a task hub. A job's id is its instance's; its groups of shards are the instances
/// <c>id:…</c>.
/// </summary>
internal sealed class DurableJobEngine(TaskHub hub) : IJobEngine
{
    private const int InstancesPerRead = 1000;
    private const int MaxParallelPurges = 8;

    public string Name => "durable";

    public async Task<JobStart> StartAsync(JobRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        JobId.Require(request.JobId);
        if (await ReadAsync(request.JobId, cancellationToken) is { } known)
            return new JobStart(known, IsNew: false, known.Request.IsSameAs(request));
        await ScheduleAsync(request, cancellationToken);

        // Of two starts at the same time the hub takes one; what it has written down says whose.
        var started = await ReadAsync(request.JobId, cancellationToken)
            ?? new JobRecord(request.JobId, JobStatus.Pending, request, null, null, request.RequestedAt, request.RequestedAt, null);
        return new JobStart(started, started.Request == request, started.Request.IsSameAs(request));
    }

    public async Task<JobRecord?> FindAsync(string jobId, CancellationToken cancellationToken)
    {
        var job = await ReadAsync(jobId, cancellationToken);
        return job is { Status: JobStatus.Running, Progress: { } progress }
            ? job with { Progress = await AddGroupsAsync(jobId, progress, cancellationToken) }
            : job;
    }

    /// <summary>
    /// The jobs that <paramref name="query"/> asks for, the newest first. A hub keeps its instances in the order of their ids, so each page reads
    /// the hub's whole list of instances, groups of shards among them: see retention in <c>docs/functions.md</c>.
    /// </summary>
    public async Task<JobPage> ListAsync(JobQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var after = query.ReadCursor();
        List<JobRecord> found = [];

        // A job that was retried counts from its first start, its instance from its last: the hub can tell only the lower bound.
        var instances = hub.Client.GetAllInstancesAsync(new OrchestrationQuery(
            CreatedFrom: query.CreatedFrom,
            Statuses: query.Status is { } status ? JobInstance.RuntimeStatusesOf(status) : null,
            PageSize: InstancesPerRead,
            FetchInputsAndOutputs: true));
        await foreach (var instance in instances.WithCancellation(cancellationToken))
        {
            if (JobInstance.Read(instance) is { } job && IsAskedFor(job, query) && after?.IsBefore(job) is not false)
                found.Add(job);
        }

        var page = found
            .OrderByDescending(job => job.CreatedAt.UtcTicks)
            .ThenByDescending(job => job.JobId, StringComparer.Ordinal)
            .Take(query.Limit)
            .ToArray();
        return new JobPage(page, page.Length < found.Count ? JobCursor.Behind(page[^1]).ToString() : null);
    }

    public async Task<JobChange> CancelAsync(string jobId, CancellationToken cancellationToken)
    {
        if (await ReadAsync(jobId, cancellationToken) is not { } job)
            return JobChange.NoSuchJob;
        if (job.Result is not null)
            return JobChange.NotNow;
        try
        {
            await hub.Client.RaiseEventAsync(jobId, JobWorkflow.CancelEvent, string.Empty, cancellationToken);
            return JobChange.Accepted;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A hub refuses events for an instance that has just ended.
            if (await ReadAsync(jobId, cancellationToken) is { Result: not null })
                return JobChange.NotNow;
            throw;
        }
    }

    public async Task<JobChange> RetryAsync(string jobId, CancellationToken cancellationToken)
    {
        if (await ReadAsync(jobId, cancellationToken) is not { } job)
            return JobChange.NoSuchJob;
        if (job.Status is not (JobStatus.Failed or JobStatus.Cancelled))
            return JobChange.NotNow;
        await ScheduleAsync(job.Request with { Run = job.Request.Run + 1 }, cancellationToken);
        return JobChange.Accepted;
    }

    public async Task<JobChange> ForgetAsync(string jobId, CancellationToken cancellationToken)
    {
        if (await ReadAsync(jobId, cancellationToken) is not { } job)
            return JobChange.NoSuchJob;
        if (job.Result is null)
            return JobChange.NotNow;
        var groups = await ListGroupsAsync(jobId, statuses: null, cancellationToken);
        if (groups.Exists(group => !group.IsCompleted))
            return JobChange.NotNow;

        // Not every hub purges what an instance has started; the job goes last, so that a broken-off purge can be asked for again.
        await Parallel.ForEachAsync(
            groups,
            new ParallelOptions { MaxDegreeOfParallelism = MaxParallelPurges, CancellationToken = cancellationToken },
            async (group, token) => await hub.Client.PurgeInstanceAsync(group.InstanceId, options: null, token));
        await hub.Client.PurgeInstanceAsync(jobId, new PurgeInstanceOptions(Recursive: true), cancellationToken);
        return JobChange.Accepted;
    }

    private static bool IsAskedFor(JobRecord job, JobQuery query) =>
        (query.Pipeline is null || job.Request.PipelineName == query.Pipeline || job.Request.Pipeline == query.Pipeline)
        && (query.Status is null || job.Status == query.Status)
        && (query.CreatedFrom is null || job.CreatedAt >= query.CreatedFrom)
        && (query.CreatedBefore is null || job.CreatedAt < query.CreatedBefore);

    private async Task<JobRecord?> ReadAsync(string jobId, CancellationToken cancellationToken) =>
        await hub.Client.GetInstanceAsync(jobId, getInputsAndOutputs: true, cancellationToken) is { } instance ? JobInstance.Read(instance) : null;

    private async Task ScheduleAsync(JobRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await hub.Client.ScheduleNewOrchestrationInstanceAsync(
                JobWorkflows.Job.Name, request, new StartOrchestrationOptions(request.JobId), cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Somebody else was faster where the job, in this run or a later one, is there now. Hubs tell so each in a way of its own.
            if (await ReadAsync(request.JobId, cancellationToken) is { } job && job.Request.Run >= request.Run)
                return;
            throw new BatchFunctionsException(
                ErrorKind.Transient, $"Job {request.JobId} could not be handed to the task hub: {failure.Message} Try again.", failure);
        }
    }

    private async Task<JobProgress> AddGroupsAsync(string jobId, JobProgress progress, CancellationToken cancellationToken)
    {
        foreach (var group in await ListGroupsAsync(jobId, [OrchestrationRuntimeStatus.Running], cancellationToken))
        {
            if (JobInstance.ProgressOf(group) is not { } part)
                continue;
            progress = progress with
            {
                ShardsDone = progress.ShardsDone + part.ShardsDone,
                ShardsFailed = progress.ShardsFailed + part.ShardsFailed,
                RecordsDone = progress.RecordsDone + part.RecordsDone,
                RecordsFailed = progress.RecordsFailed + part.RecordsFailed,
            };
        }

        return progress;
    }

    private async Task<List<OrchestrationMetadata>> ListGroupsAsync(
        string jobId, OrchestrationRuntimeStatus[]? statuses, CancellationToken cancellationToken)
    {
        List<OrchestrationMetadata> groups = [];
        var instances = hub.Client.GetAllInstancesAsync(new OrchestrationQuery(
            Statuses: statuses, InstanceIdPrefix: jobId + ":", PageSize: InstancesPerRead, FetchInputsAndOutputs: true));
        await foreach (var instance in instances.WithCancellation(cancellationToken))
            groups.Add(instance);
        return groups;
    }
}
