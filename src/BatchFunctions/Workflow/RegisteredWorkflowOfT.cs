using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BatchFunctions.Workflow;

/// <summary>A workflow in a catalog, with its types.</summary>
/// <typeparam name="TInput">What it takes.</typeparam>
/// <typeparam name="TOutput">What it gives.</typeparam>
public sealed class RegisteredWorkflow<TInput, TOutput> : RegisteredWorkflow
{
    private readonly Func<IWorkflow<TInput, TOutput>> _create;
    private readonly JsonTypeInfo<TInput> _input;
    private readonly JsonTypeInfo<TOutput> _output;

    internal RegisteredWorkflow(string name, Func<IWorkflow<TInput, TOutput>> create, JsonTypeInfo<TInput> input, JsonTypeInfo<TOutput> output)
        : base(name) => (_create, _input, _output) = (create, input, output);

    /// <summary>Writes an input as JSON.</summary>
    public string WriteInput(TInput input) => JsonSerializer.Serialize(input, _input);

    /// <summary>Reads an output from JSON.</summary>
    public TOutput ReadOutput(string output) => JsonSerializer.Deserialize(output, _output)!;

    /// <inheritdoc/>
    public override async Task<string> RunAsync(IWorkflowContext context, string input)
    {
        var output = await _create().RunAsync(context, JsonSerializer.Deserialize(input, _input)!);
        return JsonSerializer.Serialize(output, _output);
    }
}
