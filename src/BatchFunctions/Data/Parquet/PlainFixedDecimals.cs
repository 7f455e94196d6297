namespace BatchFunctions.Data.Parquet;

/// <summary>Unscaled decimals of a fixed number of bytes, big-endian two's complement.</summary>
internal readonly struct PlainFixedDecimals : IPlainValues<Int128>
{
    public static int Size(int typeLength) => typeLength;

    public static void Read(ReadOnlySpan<byte> source, int typeLength, Span<Int128> values)
    {
        if (source.Length < (long)typeLength * values.Length)
            throw new DamagedParquetException("a page ends in the middle of its values");
        for (int i = 0; i < values.Length; i++)
            values[i] = BigEndian(source.Slice(i * typeLength, typeLength));
    }

    /// <summary>The number that big-endian bytes of two's complement stand for.</summary>
    public static Int128 BigEndian(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return 0;
        Int128 value = (sbyte)bytes[0];
        foreach (byte b in bytes[1..])
            value = (value << 8) | b;
        return value;
    }
}
