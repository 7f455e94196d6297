using System.Numerics;

namespace BatchFunctions.Data.Parquet;

/// <summary>Decodes DELTA_BINARY_PACKED integers (parquet-format, Encodings.md, "Delta Encoding").</summary>
internal static class DeltaBinaryPacking
{
    private const int MaxMiniblock = 4096;

    /// <summary>Decodes integers.</summary>
    /// <param name="source">The encoded integers; more bytes may stand behind them.</param>
    /// <param name="values">Where they go; exactly as many as were encoded.</param>
    /// <returns>The number of bytes that the integers took.</returns>
    public static int Read<T>(ReadOnlySpan<byte> source, Span<T> values)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (source.IsEmpty && values.IsEmpty)
            return 0;
        int position = 0;
        ulong blockSize = ReadVarint(source, ref position);
        ulong miniblocks = ReadVarint(source, ref position);
        ulong total = ReadVarint(source, ref position);
        long value = ReadZigzag(source, ref position);
        if (total != (ulong)values.Length || blockSize == 0 || miniblocks == 0 || blockSize % miniblocks != 0
            || blockSize / miniblocks is 0 or > MaxMiniblock || blockSize / miniblocks % 8 != 0 || miniblocks > 4096)
            throw Damage();
        if (values.IsEmpty)
            return position;

        int size = (int)(blockSize / miniblocks);
        Span<ulong> deltas = stackalloc ulong[size];
        values[0] = T.CreateTruncating(value);
        int done = 1;
        while (done < values.Length)
        {
            long smallest = ReadZigzag(source, ref position);
            if (source.Length - position < (int)miniblocks)
                throw Damage();
            ReadOnlySpan<byte> widths = source.Slice(position, (int)miniblocks);
            position += widths.Length;
            for (int m = 0; m < widths.Length && done < values.Length; m++)
            {
                int count = Math.Min(size, values.Length - done);
                Span<ulong> miniblock = deltas[..count];
                position += ReadMiniblock(source[position..], widths[m], size, miniblock);
                Span<T> target = values.Slice(done, count);
                for (int i = 0; i < target.Length; i++)
                {
                    value = unchecked(value + smallest + (long)miniblock[i]);
                    target[i] = T.CreateTruncating(value);
                }

                done += count;
            }
        }

        return position;
    }

    private static int ReadMiniblock(ReadOnlySpan<byte> source, int bitWidth, int size, Span<ulong> deltas)
    {
        if (bitWidth == 0)
        {
            deltas.Clear();
            return 0;
        }

        // The last miniblock may be cut short behind the last value that counts.
        int length = Math.Min(size / 8 * bitWidth, source.Length);
        if (bitWidth > 64 || 8L * length < (long)deltas.Length * bitWidth)
            throw Damage();
        BitPacking.Unpack(source[..length], bitWidth, deltas);
        return length;
    }

    private static long ReadZigzag(ReadOnlySpan<byte> source, ref int position)
    {
        ulong value = ReadVarint(source, ref position);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> source, ref int position)
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (position >= source.Length)
                throw Damage();
            byte b = source[position++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }

        throw Damage();
    }

    private static DamagedParquetException Damage() => new("delta-encoded values make no sense");
}
