using BatchFunctions.Models;

namespace BatchFunctions.Cli.Output;

/// <summary>A registered version of a model, as a script reads it.</summary>
internal sealed record ModelView(
    string Name,
    string Version,
    string Sha256,
    string ManifestSha256,
    long Bytes,
    DateTimeOffset RegisteredAt,
    string RegisteredBy,
    string Stage,
    IReadOnlyList<ModelStepView> History,
    string? CopiedFrom,
    string? Manifest = null)
{
    public static ModelView Of(ModelHistory history, string? manifest = null)
    {
        var version = history.Version;
        return new ModelView(
            version.Name,
            version.Version,
            version.Sha256,
            version.ManifestSha256,
            version.Bytes,
            version.RegisteredAt,
            version.RegisteredBy,
            StageNames.Of(history.Stage),
            [.. ModelStepView.Of(history)],
            version.Origin is { } origin ? $"models:/{origin.Name}/{origin.Version} of {origin.Registry}" : null,
            manifest);
    }
}
