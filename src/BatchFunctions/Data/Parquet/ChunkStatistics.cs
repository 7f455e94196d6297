namespace BatchFunctions.Data.Parquet;

/// <summary>What a footer tells of the values of a chunk (parquet.thrift, <c>Statistics</c>).</summary>
/// <param name="Nulls">The number of nulls, or null where it is not told.</param>
/// <param name="Smallest">A value that none is smaller than, plainly encoded without a length; null where it is not told.</param>
/// <param name="Largest">A value that none is larger than, likewise.</param>
internal sealed record ChunkStatistics(long? Nulls, byte[]? Smallest, byte[]? Largest);
