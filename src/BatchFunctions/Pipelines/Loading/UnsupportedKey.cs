namespace BatchFunctions.Pipelines.Loading;

/// <summary>A key that can be written but does nothing yet.</summary>
/// <param name="Path">The key's path.</param>
/// <param name="Values">The values that are not supported; empty where the key as a whole is not.</param>
internal sealed record UnsupportedKey(string Path, params string[] Values);
