using System.Text.Json;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Workflow;

/// <summary>Finds what is wrong with a request before a job is made of it, as far as that can be told without looking at models and input.</summary>
/// <param name="services">What the machine offers.</param>
public sealed class RequestCheck(JobServices services)
{
    /// <summary>
    /// Reads the pipeline and resolves every address: whatever leads out of the allowed roots is refused here, and nothing there is
    /// looked at.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The pipeline's name.</returns>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the pipeline, an address or the model reference is wrong.</exception>
    public async Task<string> CheckAsync(JobRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        LoadedPipeline loaded = await PipelineFile.ReadAsync(services, request, cancellationToken);
        PipelineDefinition pipeline = loaded.Definition;
        using var written = JsonDocument.Parse(loaded.Json);
        Check(written, request.Model, pipeline.Model, "model", () => ModelRequest.Parse(pipeline.Model));
        if (pipeline.Challenger is { } challenger)
            Check(written, null, challenger.Model, "challenger.model", () => ModelRequest.Parse(challenger.Model));
        Check(written, request.Input, pipeline.Source.Path, "source.path", () => services.Stores.Resolve(pipeline.Source.Path, loaded.SourceFolder));
        string folder = services.SourceFolder ?? loaded.Folder;
        if (pipeline.Source.Join is { } join)
            Check(written, null, join.Path, "source.join.path", () => services.Stores.Resolve(join.Path, folder));
        foreach ((string name, NamedSourceDefinition named) in pipeline.Source.Tables)
            Check(written, null, named.Path, $"source.tables.{name}.path", () => services.Stores.Resolve(named.Path, folder));
        Check(written, request.Output, pipeline.Output.Path, "output.path", () => services.Stores.Resolve(pipeline.Output.Path, loaded.OutputFolder));
        return pipeline.Name;
    }

    private static void Check(JsonDocument written, string? replacement, string value, string key, Action check)
    {
        try
        {
            check();
        }
        catch (BatchFunctionsException exception) when (exception.Kind == ErrorKind.Request && replacement is null)
        {
            // What came from the environment may be a secret and is never shown.
            string message = IsWritten(written.RootElement, key, value) ? exception.Message : "it comes from the environment and is refused. Check the variable.";
            throw new BatchFunctionsException(ErrorKind.Request, $"The pipeline's {key}: {message}");
        }
    }

    private static bool IsWritten(JsonElement written, string key, string value)
    {
        foreach (string name in key.Split('.'))
        {
            // A default is written nowhere, and no secret.
            if (!written.TryGetProperty(name, out written))
                return true;
        }

        return written.ValueKind == JsonValueKind.String && written.ValueEquals(value);
    }
}
