using System.Text.Json.Serialization;

namespace BatchFunctions.Models;

/// <summary>A registered version of a model: what <c>registration.json</c> holds.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Version">The version.</param>
/// <param name="Sha256">The SHA-256 of the ONNX file, in lower-case hex.</param>
/// <param name="ManifestSha256">The SHA-256 of the manifest, in lower-case hex.</param>
/// <param name="Bytes">The length of the ONNX file.</param>
/// <param name="RegisteredAt">When it was registered.</param>
/// <param name="RegisteredBy">Who registered it.</param>
public sealed record ModelVersion(
    string Name,
    string Version,
    string Sha256,
    string ManifestSha256,
    long Bytes,
    DateTimeOffset RegisteredAt,
    string RegisteredBy)
{
    /// <summary>Where it was copied from; null where it was registered here first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelOrigin? Origin { get; init; }

    /// <summary>The version with its digests, as a job records it.</summary>
    public PinnedModel Pin() => new(Name, Version, Sha256, ManifestSha256);
}
