using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BatchFunctions.Workflow;

/// <summary>The activities that an engine can run, by name. Filled once, then only read.</summary>
public sealed class ActivityCatalog
{
    private readonly Dictionary<string, RegisteredActivity> _activities = new(StringComparer.Ordinal);
    private readonly JsonSerializerOptions _json;

    /// <summary>Makes an empty catalog.</summary>
    /// <param name="json">How inputs and outputs are written. Default: <see cref="WorkflowJson"/>, which knows the types of the job workflow.</param>
    public ActivityCatalog(JsonSerializerOptions? json = null) => _json = json ?? WorkflowJson.Default.Options;

    /// <summary>The names of the activities.</summary>
    public IReadOnlyCollection<string> Names => _activities.Keys;

    /// <summary>Adds an activity; one object serves every call, also several at the same time.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public ActivityCatalog Add<TInput, TOutput>(ActivityName<TInput, TOutput> name, IActivity<TInput, TOutput> activity)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(activity);
        _activities.Add(name.Name, new RegisteredActivity<TInput, TOutput>(
            name.Name,
            activity,
            (JsonTypeInfo<TInput>)_json.GetTypeInfo(typeof(TInput)),
            (JsonTypeInfo<TOutput>)_json.GetTypeInfo(typeof(TOutput))));
        return this;
    }

    /// <summary>The activity called <paramref name="name"/>.</summary>
    /// <exception cref="BatchFunctionsException">There is none, or it has other types.</exception>
    public RegisteredActivity<TInput, TOutput> Get<TInput, TOutput>(ActivityName<TInput, TOutput> name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Get(name.Name) as RegisteredActivity<TInput, TOutput>
            ?? throw new BatchFunctionsException(ErrorKind.Internal, $"Activity {name.Name} is registered with other types than it is called with.");
    }

    /// <summary>The activity called <paramref name="name"/>.</summary>
    /// <exception cref="BatchFunctionsException">There is none.</exception>
    public RegisteredActivity Get(string name) => _activities.TryGetValue(name, out var activity)
        ? activity
        : throw new BatchFunctionsException(ErrorKind.Internal, $"Activity {name} is not registered; add it to the activity catalog.");
}
