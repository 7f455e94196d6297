using BatchFunctions.Models;

namespace BatchFunctions.Cli.Output;

/// <summary>A registered version of a model, as a script reads it.</summary>
internal sealed record ModelView(
    string Name, string Version, string Sha256, string ManifestSha256, long Bytes, DateTimeOffset RegisteredAt, string RegisteredBy, string? Manifest = null)
{
    public static ModelView Of(ModelVersion version, string? manifest = null) => new(
        version.Name, version.Version, version.Sha256, version.ManifestSha256, version.Bytes, version.RegisteredAt, version.RegisteredBy, manifest);
}
