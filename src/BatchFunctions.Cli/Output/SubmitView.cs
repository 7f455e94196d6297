namespace BatchFunctions.Cli.Output;

/// <summary>What became of a request for a job, as a script reads it.</summary>
internal sealed record SubmitView(string JobId, string Status, Uri Location, bool IsNew);
