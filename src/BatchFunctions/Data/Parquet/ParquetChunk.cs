namespace BatchFunctions.Data.Parquet;

/// <summary>Where one column of one row group stands in the file.</summary>
/// <param name="Offset">The position of the first page in the file, in bytes.</param>
/// <param name="Length">The length of all pages with their headers, in bytes.</param>
/// <param name="UncompressedLength">The same before compression, in bytes.</param>
/// <param name="Values">The number of values, nulls counted.</param>
/// <param name="Codec">How the pages are compressed.</param>
/// <param name="Statistics">What the footer tells of its values; null where it tells nothing, or nobody asked.</param>
internal readonly record struct ParquetChunk(
    long Offset, long Length, long UncompressedLength, long Values, CompressionCodec Codec, ChunkStatistics? Statistics = null);
