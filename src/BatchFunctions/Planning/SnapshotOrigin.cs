using BatchFunctions.Data;

namespace BatchFunctions.Planning;

/// <summary>Of a file that was written for a reprocess: where its records come from.</summary>
/// <param name="File">The position of the records' file in the snapshot of the job that is reprocessed.</param>
/// <param name="Name">The name by which rejects and predictions call that file.</param>
/// <param name="Format">The format in which the records are written down here.</param>
/// <param name="Header">The header under which they are, for CSV records that have another one than their own file; otherwise null.</param>
/// <param name="Records">The key of the list of their numbers in that file.</param>
public sealed record SnapshotOrigin(int File, string Name, FileFormat Format, string? Header, string Records);
