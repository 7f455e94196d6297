namespace BatchFunctions.Cli.Output;

/// <summary>Where a server is, as a script reads it when it has started.</summary>
internal sealed record ServeView(string Url, string DataFolder, string Pipelines, string? KeyFile, int ProcessId);
