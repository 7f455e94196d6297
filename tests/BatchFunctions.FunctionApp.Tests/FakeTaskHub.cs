using System.Text.Json;
using BatchFunctions.FunctionApp.Durable;
using BatchFunctions.Workflow;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;

namespace BatchFunctions.FunctionApp.Tests;

/// <summary>A task hub as its client shows it: instances by id, in the order of their ids, two to a page.</summary>
internal sealed class FakeTaskHub
{
    public static readonly DateTimeOffset Start = new(2026, 2, 8, 2, 0, 0, TimeSpan.Zero);

    private readonly Mock<DurableTaskClient> _client = new("hub");

    public FakeTaskHub()
    {
        _client.Setup(client => client.GetInstanceAsync(It.IsAny<string>(), It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((string id, bool whole, CancellationToken _) => Instances.GetValueOrDefault(id) is { } instance ? Show(instance, whole) : null);
        _client.Setup(client => client.GetAllInstancesAsync(It.IsAny<OrchestrationQuery>())).Returns(List);
        _client.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(
                It.IsAny<TaskName>(), It.IsAny<object>(), It.IsAny<StartOrchestrationOptions>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((TaskName name, object input, StartOrchestrationOptions options, CancellationToken _) => Schedule(name, input, options));
        _client.Setup(client => client.RaiseEventAsync(
                It.IsAny<string>(), It.IsAny<string>(), It.IsAny<object>(), It.IsAny<CancellationToken>()))
            .Returns((string id, string name, object payload, CancellationToken _) => Raise(id, name, payload));
        _client.Setup(client => client.PurgeInstanceAsync(
                It.IsAny<string>(), It.IsAny<PurgeInstanceOptions>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((string id, PurgeInstanceOptions? _, CancellationToken _) => Purge(id));
        Engine = new DurableJobEngine(new TaskHub { Client = _client.Object });
    }

    public DurableJobEngine Engine { get; }

    public DurableTaskClient Client => _client.Object;

    public SortedDictionary<string, OrchestrationMetadata> Instances { get; } = new(StringComparer.Ordinal);

    public List<string> Scheduled { get; } = [];

    public List<string> Purged { get; } = [];

    public List<(string Id, string Name, object Payload)> Raised { get; } = [];

    /// <summary>Runs just before an instance is written down or an event is delivered, as other processes do.</summary>
    public Action Meanwhile { get; set; } = () => { };

    public static JobRequest Request(string id, string pipeline = "pipelines/churn.yaml") => new()
    {
        JobId = id,
        Pipeline = pipeline,
        PipelineName = "churn",
        Trigger = "http",
        RequestedAt = Start,
    };

    public static JobResult Result(string id, JobStatus status) =>
        new(id, status, "azure://scored/run", 10, 9, 1, [], status == JobStatus.Failed ? "It failed." : null, null);

    public OrchestrationMetadata Add(
        string id,
        OrchestrationRuntimeStatus status,
        JobResult? result = null,
        JobProgress? progress = null,
        JobRequest? request = null,
        int minutes = 0,
        TaskFailureDetails? failure = null,
        string? output = null)
    {
        return Instances[id] = new OrchestrationMetadata("Job", id)
        {
            RuntimeStatus = status,
            CreatedAt = Start.AddMinutes(minutes),
            LastUpdatedAt = Start.AddMinutes(minutes + 1),
            SerializedInput = JsonSerializer.Serialize(request ?? Request(id), WorkflowJson.Default.JobRequest),
            SerializedCustomStatus = progress is null ? null : JsonSerializer.Serialize(progress, WorkflowJson.Default.JobProgress),
            SerializedOutput = output ?? (result is null ? null : JsonSerializer.Serialize(result, WorkflowJson.Default.JobResult)),
            FailureDetails = failure,
        };
    }

    public void AddGroup(string id, OrchestrationRuntimeStatus status, JobProgress? progress = null)
    {
        Instances[id] = new OrchestrationMetadata("ShardGroup", id)
        {
            RuntimeStatus = status,
            CreatedAt = Start,
            SerializedInput = "{}",
            SerializedCustomStatus = progress is null ? null : JsonSerializer.Serialize(progress, WorkflowJson.Default.JobProgress),
        };
    }

    private static OrchestrationMetadata Show(OrchestrationMetadata instance, bool whole) => whole
        ? instance
        : new OrchestrationMetadata(instance.Name, instance.InstanceId) { RuntimeStatus = instance.RuntimeStatus, CreatedAt = instance.CreatedAt };

    private AsyncPageable<OrchestrationMetadata> List(OrchestrationQuery? query)
    {
        var matching = Instances.Values
            .Where(instance => query?.InstanceIdPrefix is not { } prefix || instance.InstanceId.StartsWith(prefix, StringComparison.Ordinal))
            .Where(instance => query?.Statuses is not { } statuses || statuses.Contains(instance.RuntimeStatus))
            .Where(instance => query?.CreatedFrom is not { } from || instance.CreatedAt >= from)
            .Where(instance => query?.CreatedTo is not { } to || instance.CreatedAt <= to)
            .Select(instance => Show(instance, query?.FetchInputsAndOutputs ?? false))
            .Chunk(2)
            .ToArray();
        return Pageable.Create<OrchestrationMetadata>((token, _) =>
        {
            var page = token is null ? 0 : token.Length;
            return Task.FromResult(new Page<OrchestrationMetadata>(
                page < matching.Length ? matching[page] : [], page + 1 < matching.Length ? new string('x', page + 1) : null));
        });
    }

    private string Schedule(TaskName name, object input, StartOrchestrationOptions options)
    {
        var id = options.InstanceId!;
        Meanwhile();
        if (Instances.GetValueOrDefault(id) is { IsCompleted: false })
            throw new InvalidOperationException($"An Orchestration instance with the ID {id} already exists.");
        Assert.Equal("Job", name.Name);
        Add(id, OrchestrationRuntimeStatus.Pending, request: (JobRequest)input, minutes: 100);
        Scheduled.Add(id);
        return id;
    }

    private Task Raise(string id, string name, object payload)
    {
        Meanwhile();
        if (Instances.GetValueOrDefault(id) is not { IsCompleted: false })
            return Task.FromException(new InvalidOperationException($"Cannot raise event {name} for orchestration instance {id}."));
        Raised.Add((id, name, payload));
        return Task.CompletedTask;
    }

    private PurgeResult Purge(string id)
    {
        lock (Purged)
        {
            Purged.Add(id);
            return new PurgeResult(Instances.Remove(id) ? 1 : 0);
        }
    }
}
