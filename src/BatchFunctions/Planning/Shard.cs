using BatchFunctions.Data;

namespace BatchFunctions.Planning;

/// <summary>A part of the snapshot that one activity scores.</summary>
/// <param name="Index">The shard's number, from 0, in the input's order.</param>
/// <param name="Segments">What it covers: runs of whole records, in order; several where files are small.</param>
/// <param name="Skipped">
/// What lies before, between or, in the last shard, behind these and is not read, since no record of it can pass <c>source.filter</c>; null where there
/// is nothing.
/// </param>
public sealed record Shard(int Index, IReadOnlyList<Segment> Segments, IReadOnlyList<Segment>? Skipped = null);
