namespace BatchFunctions.Results.Reports;

/// <summary>The table that a job published to.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Folder">The address of its folder.</param>
/// <param name="Version">The table's version as of which the job's rows are in it.</param>
/// <param name="Mode">What happened to the rows that were there: <c>append</c>, <c>overwrite</c>, <c>overwrite_partition</c>.</param>
public sealed record RunTable(string Name, string Folder, long Version, string Mode);
