namespace BatchFunctions.Cli.Output;

/// <summary>A baseline that was made, as a script reads it.</summary>
internal sealed record BaselineView(string Baseline, string? File, long? Records, IReadOnlyDictionary<string, string> LeftOut);
