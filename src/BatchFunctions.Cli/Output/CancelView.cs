namespace BatchFunctions.Cli.Output;

/// <summary>What became of the wish to cancel a job, as a script reads it.</summary>
internal sealed record CancelView(string JobId, string Status);
