namespace BatchFunctions.Data.Parquet;

/// <summary>Decodes BYTE_STREAM_SPLIT: all first bytes, then all second bytes, … (parquet-format, Encodings.md).</summary>
internal static class ByteStreamSplit
{
    /// <summary>Puts the bytes of each value side by side again.</summary>
    /// <param name="source">The split bytes.</param>
    /// <param name="size">The bytes in a value.</param>
    /// <param name="values">Where the values go, end to end.</param>
    public static void Join(ReadOnlySpan<byte> source, int size, Span<byte> values)
    {
        if (source.Length < values.Length)
            throw new DamagedParquetException("a page ends in the middle of its values");
        int count = values.Length / size;
        for (int k = 0; k < size; k++)
        {
            ReadOnlySpan<byte> stream = source.Slice(k * count, count);
            for (int i = 0, at = k; i < stream.Length; i++, at += size)
                values[at] = stream[i];
        }
    }
}
