namespace BatchFunctions.Models;

/// <summary>The model of a job: a version with the digest of its bytes, which is checked whenever it is loaded.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Version">The resolved version.</param>
/// <param name="Sha256">The SHA-256 of the ONNX file, in lower-case hex.</param>
/// <param name="ManifestSha256">The SHA-256 of the manifest, in lower-case hex.</param>
public sealed record PinnedModel(string Name, string Version, string Sha256, string ManifestSha256);
