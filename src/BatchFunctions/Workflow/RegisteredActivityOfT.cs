using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BatchFunctions.Workflow;

/// <summary>An activity in a catalog, with its types.</summary>
/// <typeparam name="TInput">What it takes.</typeparam>
/// <typeparam name="TOutput">What it gives.</typeparam>
public sealed class RegisteredActivity<TInput, TOutput> : RegisteredActivity
{
    private readonly IActivity<TInput, TOutput> _activity;
    private readonly JsonTypeInfo<TInput> _input;
    private readonly JsonTypeInfo<TOutput> _output;

    internal RegisteredActivity(string name, IActivity<TInput, TOutput> activity, JsonTypeInfo<TInput> input, JsonTypeInfo<TOutput> output)
        : base(name) => (_activity, _input, _output) = (activity, input, output);

    /// <summary>Writes an input as JSON.</summary>
    public string WriteInput(TInput input) => JsonSerializer.Serialize(input, _input);

    /// <summary>Reads an output from JSON.</summary>
    public TOutput ReadOutput(string output) => JsonSerializer.Deserialize(output, _output)!;

    /// <summary>Runs the activity once.</summary>
    /// <param name="input">Its input.</param>
    /// <param name="cancellationToken">Cancelled when the process is being stopped.</param>
    /// <returns>Its output.</returns>
    public Task<TOutput> InvokeAsync(TInput input, CancellationToken cancellationToken) => _activity.RunAsync(input, cancellationToken);

    /// <inheritdoc/>
    public override async Task<string> RunAsync(string input, CancellationToken cancellationToken)
    {
        var output = await InvokeAsync(JsonSerializer.Deserialize(input, _input)!, cancellationToken);
        return JsonSerializer.Serialize(output, _output);
    }
}
