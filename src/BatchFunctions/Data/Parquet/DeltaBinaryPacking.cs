using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace BatchFunctions.Data.Parquet;

/// <summary>Decodes and encodes DELTA_BINARY_PACKED integers (parquet-format, Encodings.md, "Delta Encoding").</summary>
internal static class DeltaBinaryPacking
{
    private const int MaxMiniblock = 4096;
    private const int BlockSize = 128;
    private const int Miniblocks = 4;
    private const int MiniblockSize = BlockSize / Miniblocks;

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

    /// <summary>Encodes integers, in blocks of 128 of four parts each, as other writers do.</summary>
    /// <param name="values">The integers; differences wrap around in their own width.</param>
    /// <param name="output">Where they go.</param>
    public static void Write<T>(ReadOnlySpan<T> values, ArrayBufferWriter<byte> output)
        where T : unmanaged, IBinaryInteger<T>
    {
        Varints.Write(output, BlockSize);
        Varints.Write(output, Miniblocks);
        Varints.Write(output, (ulong)values.Length);
        Varints.WriteZigzag(output, values.IsEmpty ? 0 : long.CreateTruncating(values[0]));
        Span<T> deltas = stackalloc T[BlockSize];
        for (int done = 1; done < values.Length; done += BlockSize)
        {
            int count = Math.Min(BlockSize, values.Length - done);
            ReadOnlySpan<T> these = values.Slice(done, count), before = values.Slice(done - 1, count);
            for (int i = 0; i < these.Length; i++)
                deltas[i] = unchecked(these[i] - before[i]);
            WriteBlock<T>(deltas[..count], output);
        }
    }

    private static void WriteBlock<T>(ReadOnlySpan<T> deltas, ArrayBufferWriter<byte> output)
        where T : unmanaged, IBinaryInteger<T>
    {
        T smallest = TensorPrimitives.Min(deltas);
        Varints.WriteZigzag(output, long.CreateTruncating(smallest));

        // A difference to the smallest one is unsigned in the integers' own width.
        ulong mask = ulong.MaxValue >> (64 - (8 * Unsafe.SizeOf<T>()));
        Span<ulong> rests = stackalloc ulong[BlockSize];
        rests.Clear();
        for (int i = 0; i < deltas.Length; i++)
            rests[i] = ulong.CreateTruncating(unchecked(deltas[i] - smallest)) & mask;
        Span<byte> widths = stackalloc byte[Miniblocks];
        widths.Clear();
        int miniblocks = (deltas.Length + MiniblockSize - 1) / MiniblockSize, length = 0;
        for (int m = 0; m < miniblocks; m++)
        {
            ulong all = 0;
            foreach (ulong rest in rests.Slice(m * MiniblockSize, MiniblockSize))
                all |= rest;
            widths[m] = (byte)(64 - BitOperations.LeadingZeroCount(all));
            length += widths[m] * MiniblockSize / 8;
        }

        output.Write(widths);
        Span<byte> room = output.GetSpan(length + 1)[..length];
        for (int m = 0; m < miniblocks; m++)
        {
            int taken = widths[m] * MiniblockSize / 8;
            if (taken > 0)
                BitPacking.Pack(rests.Slice(m * MiniblockSize, MiniblockSize), widths[m], room[..taken]);
            room = room[taken..];
        }

        output.Advance(length);
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
