namespace BatchFunctions.Tables.Log;

/// <summary>A file of the log.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Version">The version that it belongs to.</param>
/// <param name="Name">Its name inside the folder.</param>
/// <param name="Parts">How many files a checkpoint is made of.</param>
internal sealed record LogFile(LogFileKind Kind, long Version, string Name, int Parts = 1);
