namespace BatchFunctions.Data.Parquet;

/// <summary>Booleans, one bit each.</summary>
internal readonly struct PlainBooleans : IPlainValues<bool>
{
    public static int Size(int typeLength) => 0;

    public static void Read(ReadOnlySpan<byte> source, int typeLength, Span<bool> values)
    {
        if (8L * source.Length < values.Length)
            throw new DamagedParquetException("a page ends in the middle of its values");
        BitPacking.UnpackBits(source, values);
    }
}
