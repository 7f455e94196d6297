using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BatchFunctions.Data.Parquet;

/// <summary>Unpacks values of a few bits each, least significant bit first.</summary>
internal static class BitPacking
{
    private static readonly ulong[] SpreadBits = MakeSpreadBits();

    /// <summary>Unpacks bits to one byte each, 0 or 1.</summary>
    /// <param name="source">The bits; at least as many as <paramref name="values"/> is long.</param>
    /// <param name="values">Where they go.</param>
    public static void UnpackBits(ReadOnlySpan<byte> source, Span<bool> values)
    {
        Span<byte> target = MemoryMarshal.AsBytes(values);
        ReadOnlySpan<ulong> table = SpreadBits;
        int whole = target.Length / 8;
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(target[..(8 * whole)]);
        source = source[..((target.Length + 7) / 8)];
        for (int i = 0; i < words.Length; i++)
            words[i] = table[source[i]];
        for (int i = 8 * whole; i < target.Length; i++)
            target[i] = (byte)((source[whole] >> (i & 7)) & 1);
    }

    /// <summary>Unpacks values of up to 8 bits.</summary>
    /// <param name="source">The packed bits; at least as many as the values take.</param>
    /// <param name="bitWidth">The bits in a value, 1 to 8.</param>
    /// <param name="values">Where they go.</param>
    public static void Unpack(ReadOnlySpan<byte> source, int bitWidth, Span<ushort> values)
    {
        int i = 0;
        if (Bmi2.X64.IsSupported && source.Length >= sizeof(ulong))
        {
            // Eight values are as many bytes as one value has bits.
            ulong mask = 0x0101010101010101 * ((1UL << bitWidth) - 1);
            int groups = Math.Min(values.Length / 8, ((source.Length - sizeof(ulong)) / bitWidth) + 1);
            ref byte start = ref MemoryMarshal.GetReference(source);
            ref ushort target = ref MemoryMarshal.GetReference(values);
            for (; i < 8 * groups; i += 8)
            {
                ulong eight = Bmi2.X64.ParallelBitDeposit(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, i / 8 * bitWidth)), mask);
                Vector128.WidenLower(Vector128.CreateScalarUnsafe(eight).AsByte()).StoreUnsafe(ref target, (nuint)i);
            }
        }

        for (; i < values.Length; i++)
        {
            int bit = i * bitWidth, at = bit >> 3;
            int two = source[at] | (at + 1 < source.Length ? source[at + 1] << 8 : 0);
            values[i] = (ushort)((two >> (bit & 7)) & ((1 << bitWidth) - 1));
        }
    }

    /// <summary>Unpacks values of up to 32 bits.</summary>
    /// <param name="source">The packed bits; at least as many as the values take.</param>
    /// <param name="bitWidth">The bits in a value, 1 to 32.</param>
    /// <param name="values">Where they go.</param>
    public static void Unpack(ReadOnlySpan<byte> source, int bitWidth, Span<uint> values)
    {
        ulong mask = (1UL << bitWidth) - 1;
        int whole = WholeLoads(source.Length, bitWidth, values.Length);
        ref byte start = ref MemoryMarshal.GetReference(source);
        nuint bit = 0;
        for (int i = 0; i < whole; i++, bit += (nuint)bitWidth)
            values[i] = (uint)((Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, bit >> 3)) >> (int)(bit & 7)) & mask);
        if (whole == values.Length)
            return;

        Span<byte> tail = stackalloc byte[24];
        int from = (int)(bit >> 3);
        tail.Clear();
        source[from..].CopyTo(tail);
        for (int i = whole; i < values.Length; i++, bit += (nuint)bitWidth)
            values[i] = (uint)((Unsafe.ReadUnaligned<ulong>(ref tail[(int)(bit >> 3) - from]) >> (int)(bit & 7)) & mask);
    }

    /// <summary>Unpacks values of up to 64 bits.</summary>
    /// <param name="source">The packed bits; at least as many as the values take.</param>
    /// <param name="bitWidth">The bits in a value, 0 to 64.</param>
    /// <param name="values">Where they go.</param>
    public static void Unpack(ReadOnlySpan<byte> source, int bitWidth, Span<ulong> values)
    {
        ulong mask = bitWidth == 64 ? ulong.MaxValue : (1UL << bitWidth) - 1;

        // A value of up to 57 bits lies within 8 bytes, wherever in its first byte it starts.
        int whole = bitWidth is > 0 and <= 57 ? WholeLoads(source.Length, bitWidth, values.Length) : 0;
        ref byte start = ref MemoryMarshal.GetReference(source);
        nuint bit = 0;
        for (int i = 0; i < whole; i++, bit += (nuint)bitWidth)
            values[i] = (Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, bit >> 3)) >> (int)(bit & 7)) & mask;
        Span<byte> nine = stackalloc byte[9];
        for (int i = whole; i < values.Length; i++, bit += (nuint)bitWidth)
        {
            ReadOnlySpan<byte> from = source[(int)(bit >> 3)..];
            nine.Clear();
            from[..Math.Min(from.Length, nine.Length)].CopyTo(nine);
            int shift = (int)(bit & 7);
            ulong value = MemoryMarshal.Read<ulong>(nine) >> shift;
            if (shift > 0)
                value |= (ulong)nine[8] << (64 - shift);
            values[i] = value & mask;
        }
    }

    /// <summary>Packs booleans to one bit each.</summary>
    /// <param name="values">The booleans.</param>
    /// <param name="invert">Whether true becomes 0.</param>
    /// <param name="target">Where the bits go; the last byte is filled up with the bits of false.</param>
    public static void PackBits(ReadOnlySpan<bool> values, bool invert, Span<byte> target)
    {
        target.Clear();
        for (int i = 0; i < values.Length; i++)
            target[i >> 3] |= (byte)((values[i] ^ invert ? 1 : 0) << (i & 7));
    }

    /// <summary>Packs values of up to 31 bits.</summary>
    /// <param name="values">The values, none negative.</param>
    /// <param name="bitWidth">The bits in a value.</param>
    /// <param name="target">Where the bits go; filled up with zeros.</param>
    public static void Pack(ReadOnlySpan<int> values, int bitWidth, Span<byte> target)
    {
        ulong bits = 0;
        int held = 0, at = 0, done = 0;
        if (Bmi2.X64.IsSupported && bitWidth is > 0 and <= 8)
        {
            // Eight values are as many bytes as one value has bits.
            ulong mask = 0x0101010101010101 * ((1UL << bitWidth) - 1);
            ref int source = ref MemoryMarshal.GetReference(values);
            for (; done + 8 <= values.Length && at + sizeof(ulong) <= target.Length; done += 8, at += bitWidth)
            {
                Vector128<ushort> eight = Vector128.Narrow(Vector128.LoadUnsafe(ref source, (nuint)done), Vector128.LoadUnsafe(ref source, (nuint)done + 4)).AsUInt16();
                ulong bytes = Vector128.Narrow(eight, eight).AsUInt64().ToScalar();
                MemoryMarshal.Write(target[at..], Bmi2.X64.ParallelBitExtract(bytes, mask));
            }
        }

        foreach (int value in values[done..])
        {
            bits |= (ulong)(uint)value << held;
            for (held += bitWidth; held >= 8; held -= 8, bits >>= 8)
                target[at++] = (byte)bits;
        }

        if (held > 0)
            target[at++] = (byte)bits;
        target[at..].Clear();
    }

    /// <summary>Packs values of up to 64 bits.</summary>
    /// <param name="values">The values; a multiple of 8 of them.</param>
    /// <param name="bitWidth">The bits in a value, 1 to 64.</param>
    /// <param name="target">Where the bits go; exactly as long as they take.</param>
    public static void Pack(ReadOnlySpan<ulong> values, int bitWidth, Span<byte> target)
    {
        ulong word = 0;
        int held = 0;
        foreach (ulong value in values)
        {
            word |= value << held;
            held += bitWidth;
            if (held < 64)
                continue;
            MemoryMarshal.Write(target, word);
            target = target[sizeof(ulong)..];
            held -= 64;
            word = held == 0 ? 0 : value >> (bitWidth - held);
        }

        for (int i = 0; held > 0; held -= 8, word >>= 8)
            target[i++] = (byte)word;
    }

    // How many values can be had by loading 8 bytes that are all there.
    private static int WholeLoads(int bytes, int bitWidth, int values) =>
        bytes < 8 ? 0 : (int)Math.Min(values, ((8L * (bytes - 8)) + 7) / bitWidth + 1);

    private static ulong[] MakeSpreadBits()
    {
        ulong[] table = new ulong[256];
        for (int b = 0; b < table.Length; b++)
            for (int bit = 0; bit < 8; bit++)
                table[b] |= (ulong)((b >> bit) & 1) << (8 * bit);
        return table;
    }
}
