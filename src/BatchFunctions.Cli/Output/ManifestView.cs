namespace BatchFunctions.Cli.Output;

/// <summary>A manifest that was made, as a script reads it.</summary>
internal sealed record ManifestView(string Manifest, string? File, IReadOnlyList<string> UnusedKeys);
