using System.Text;
using BatchFunctions.Models.Examples;

namespace BatchFunctions.Models.Mlflow;

/// <summary>
/// Makes versions of an MLflow registry versions of this one: <c>models:/Churn/3</c> is copied once, as <c>churn@mlflow-3</c>, and jobs are pinned to
/// the copy by its digest. What changes over there later does not reach it.
/// </summary>
internal sealed class MlflowModels(MlflowSettings settings, ModelRegistry registry)
{
    private const string RegisteredBy = "MLflow";
    private const string ManifestFile = "manifest.yaml";
    private const int MaxManifest = 64 << 20;

    /// <summary>Resolves a reference to a version of this registry, which is copied where it was not before.</summary>
    /// <exception cref="BatchFunctionsException">
    /// There is no such version, it cannot be fetched, it is no ONNX model, or it takes no new jobs. <see cref="ErrorKind.Transient"/>: the server cannot be
    /// reached for now.
    /// </exception>
    public async Task<ModelHistory> ResolveAsync(MlflowReference reference, CancellationToken cancellationToken)
    {
        using var client = new MlflowClient(settings);
        MlflowModelVersion version = await client.FindAsync(reference, cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"{settings.Server} has no {reference}. Check the name and the {(reference.Alias is null ? "version" : "alias")}.");
        if (!version.Version.All(char.IsAsciiDigit) || version.Version is not { Length: > 0 and <= 20 })
            throw new BatchFunctionsException(ErrorKind.Request, $"{settings.Server} says that {reference} is version '{version.Version}', which is no version's number.");
        if (version.Status is not (null or "READY"))
            throw new BatchFunctionsException(ErrorKind.Request, $"{reference} is version {version.Version}, which is {version.Status} in {settings.Server}. Wait until it is READY.");

        var origin = new ModelOrigin(settings.Server.ToString(), reference.Name, version.Version, version.RunId);
        ModelReference local = LocalOf(reference, version.Version);
        ModelVersion known = await registry.FindAsync(local.Name, local.Version, cancellationToken)
            ?? await CopyAsync(client, reference, version with { Name = reference.Name }, local, origin, cancellationToken);
        if (known.Origin is not { } copied || copied with { RunId = null } != origin with { RunId = null })
            throw new BatchFunctionsException(ErrorKind.Request, $"{local} would be the copy of {reference} of {settings.Server}, but it is {(known.Origin is { } other ? $"that of models:/{other.Name}/{other.Version} of {other.Registry}" : "a model of its own")}. Use a registry folder of its own for one of them.");
        return await registry.ResolveVersionAsync(local, cancellationToken);
    }

    private static ModelReference LocalOf(MlflowReference reference, string version)
    {
        string name = new string([.. reference.Name.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_' ? c : '-')]).Trim('-', '_');
        try
        {
            return ModelReference.Parse($"{name}@mlflow-{version}");
        }
        catch (BatchFunctionsException exception)
        {
            throw new BatchFunctionsException(ErrorKind.Request, $"{reference} cannot be copied: its name makes '{name}' here, and a model's name has 1 to 64 letters and digits.", exception);
        }
    }

    private async Task<ModelVersion> CopyAsync(
        MlflowClient client, MlflowReference reference, MlflowModelVersion version, ModelReference local, ModelOrigin origin, CancellationToken cancellationToken)
    {
        string what = $"models:/{version.Name}/{version.Version} of {settings.Server}";
        (byte[] model, string? manifest) = await FetchAsync(client, version, what, cancellationToken);
        try
        {
            return await registry.RegisterAsync(local, model, manifest, RegisteredBy, ExampleCheck.DefaultTolerance, origin, cancellationToken);
        }
        catch (BatchFunctionsException refused) when (refused.Kind == ErrorKind.Request)
        {
            // Another job may have copied it meanwhile.
            return await registry.FindAsync(local.Name, local.Version, cancellationToken)
                ?? throw new BatchFunctionsException(ErrorKind.Request, $"{what} cannot be used: {refused.Message}", refused);
        }
    }

    private static async Task<(byte[] Model, string? Manifest)> FetchAsync(MlflowClient client, MlflowModelVersion version, string what, CancellationToken cancellationToken)
    {
        string? artifacts = await client.FindArtifactsAsync(version, cancellationToken);
        if (artifacts is null || client.ProxiedPathOf(artifacts) is not { Length: > 0 } folder)
            throw new BatchFunctionsException(ErrorKind.Request, $"The files of {what} are in {artifacts ?? "no place that it tells"}, which only MLflow's own clients can read: mlflow server has to be started with --serve-artifacts. Or download them, and register the ONNX file with 'batchfn models register'.");
        byte[] description = await client.FindFileAsync($"{folder}/{MlflowModelFile.Name}", MlflowModelFile.MaxBytes, cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"{what} has no file {MlflowModelFile.Name} in {artifacts}, so that it is no MLflow model.");
        string file = MlflowModelFile.OnnxFileOf(description, what);
        byte[] model = await client.FindFileAsync($"{folder}/{file}", Array.MaxLength, cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"{what} has no file {file} in {artifacts}, though its {MlflowModelFile.Name} names it.");
        byte[]? manifest = await client.FindFileAsync($"{folder}/{ManifestFile}", MaxManifest, cancellationToken);
        return (model, manifest is null ? null : Encoding.UTF8.GetString(manifest));
    }
}
