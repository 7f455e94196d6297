using System.Text;
using BatchFunctions.Pipelines;
using BatchFunctions.Storage;

namespace BatchFunctions.Workflow;

/// <summary>Reads the pipeline that a request names and applies the request's replacements.</summary>
internal static class PipelineFile
{
    private const int MaxBytes = 1 << 20;

    public static async Task<LoadedPipeline> ReadAsync(JobServices services, JobRequest request, CancellationToken cancellationToken)
    {
        StoreLocation location = services.Stores.Resolve(request.Pipeline, services.BaseFolder);
        string text = await ReadTextAsync(location, cancellationToken);
        PipelineDocument document = PipelineLoader.Read(text, request.Pipeline, services.EnvironmentVariable);
        return new LoadedPipeline(
            Apply(document.Definition, request),
            document.CanonicalJson,
            document.Sha256,
            document.Expressions,
            FolderOf(location),
            request.Input is null ? SourceFolderOf(services, location) : services.BaseFolder,
            request.Output is null ? services.OutputFolder ?? FolderOf(location) : services.BaseFolder);
    }

    /// <summary>The text of a pipeline's file.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: there is none, or it is too long for one.</exception>
    public static async Task<string> ReadTextAsync(StoreLocation location, CancellationToken cancellationToken)
    {
        ObjectProperties found = await location.Store.FindAsync(location.Path, cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"There is no pipeline file {location}. Check its path; samples/churn/pipeline.yaml shows what one looks like.");
        if (found.Length > MaxBytes)
            throw new BatchFunctionsException(ErrorKind.Request, $"{location} has {found.Length} bytes and is no pipeline file; those have {MaxBytes} at most.");
        byte[] bytes = new byte[found.Length];
        await location.Store.ReadAsync(location.Path, 0, bytes, found.ETag, cancellationToken);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>The folder that the relative <c>source.path</c> of the pipeline in <paramref name="file"/> starts from.</summary>
    public static string SourceFolderOf(JobServices services, StoreLocation file) => services.SourceFolder ?? FolderOf(file);

    private static PipelineDefinition Apply(PipelineDefinition definition, JobRequest request) =>
        definition with
        {
            Source = definition.Source with { Path = request.Input ?? definition.Source.Path },
            Model = request.Model ?? definition.Model,
            Output = definition.Output with { Path = request.Output ?? definition.Output.Path },
            Shards = definition.Shards with
            {
                MaxParallel = request.MaxParallel ?? definition.Shards.MaxParallel,
                TargetRows = request.TargetRows ?? definition.Shards.TargetRows,
            },
        };

    private static string FolderOf(StoreLocation file)
    {
        int end = file.Path.LastIndexOf('/');
        return (file with { Path = end < 0 ? "" : file.Path[..end] }).ToString();
    }
}
