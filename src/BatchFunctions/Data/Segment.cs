namespace BatchFunctions.Data;

/// <summary>
/// A run of whole records inside one file of the snapshot: row groups of a Parquet file, or bytes of a text file from the start
/// of a record to the end of one.
/// </summary>
/// <param name="File">The file's position in the snapshot, from 0.</param>
/// <param name="Start">The first row group, or the first byte.</param>
/// <param name="Length">How many row groups, or bytes.</param>
/// <param name="FirstRecord">The number, from 0, of the segment's first record in its file.</param>
/// <param name="Records">The number of records, or null where it is known only after reading (compressed text).</param>
public sealed record Segment(int File, long Start, long Length, long FirstRecord, long? Records);
