namespace BatchFunctions.Cli.Output;

/// <summary>A job's report, as a script reads it.</summary>
internal sealed record ReportView(string JobId, string RunFolder, string Report);
