using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BatchFunctions.Workflow;

/// <summary>The workflows that an engine can run, by name, with the activities that they call. Filled once, then only read.</summary>
public sealed class WorkflowCatalog
{
    private readonly Dictionary<string, RegisteredWorkflow> _workflows = new(StringComparer.Ordinal);
    private readonly JsonSerializerOptions _json;

    /// <summary>Makes a catalog without workflows.</summary>
    /// <param name="activities">The activities that they will call.</param>
    /// <param name="json">How inputs and outputs are written. Default: <see cref="WorkflowJson"/>.</param>
    public WorkflowCatalog(ActivityCatalog activities, JsonSerializerOptions? json = null)
    {
        ArgumentNullException.ThrowIfNull(activities);
        Activities = activities;
        _json = json ?? WorkflowJson.Default.Options;
    }

    /// <summary>The activities.</summary>
    public ActivityCatalog Activities { get; }

    /// <summary>A catalog with the workflows of a job: <see cref="JobWorkflows"/>.</summary>
    /// <param name="activities">The activities of <see cref="JobActivities"/>.</param>
    public static WorkflowCatalog ForJobs(ActivityCatalog activities) => new WorkflowCatalog(activities)
        .Add(JobWorkflows.Job, () => new JobWorkflow())
        .Add(JobWorkflows.ShardGroup, () => new ShardGroupWorkflow());

    /// <summary>Adds a workflow.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="create">Makes the object that runs one instance once.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public WorkflowCatalog Add<TInput, TOutput>(WorkflowName<TInput, TOutput> name, Func<IWorkflow<TInput, TOutput>> create)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(create);
        _workflows.Add(name.Name, new RegisteredWorkflow<TInput, TOutput>(
            name.Name,
            create,
            (JsonTypeInfo<TInput>)_json.GetTypeInfo(typeof(TInput)),
            (JsonTypeInfo<TOutput>)_json.GetTypeInfo(typeof(TOutput))));
        return this;
    }

    /// <summary>The workflow called <paramref name="name"/>.</summary>
    /// <exception cref="BatchFunctionsException">There is none, or it has other types.</exception>
    public RegisteredWorkflow<TInput, TOutput> Get<TInput, TOutput>(WorkflowName<TInput, TOutput> name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Get(name.Name) as RegisteredWorkflow<TInput, TOutput>
            ?? throw new BatchFunctionsException(ErrorKind.Internal, $"Workflow {name.Name} is registered with other types than it is called with.");
    }

    /// <summary>The workflow called <paramref name="name"/>.</summary>
    /// <exception cref="BatchFunctionsException">There is none.</exception>
    public RegisteredWorkflow Get(string name) => _workflows.TryGetValue(name, out var workflow)
        ? workflow
        : throw new BatchFunctionsException(ErrorKind.Internal, $"Workflow {name} is not registered; add it to the workflow catalog.");
}
