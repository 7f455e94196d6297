namespace BatchFunctions.Results;

/// <summary>An earlier manifest, kept beside the one that counts.</summary>
/// <param name="File">Its name in the run folder: <c>manifest.0001.json</c>.</param>
/// <param name="Sha256">The SHA-256 of its bytes, in lower-case hex.</param>
public sealed record PreviousManifest(string File, string Sha256);
