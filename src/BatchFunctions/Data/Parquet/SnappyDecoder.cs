using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Data.Parquet;

/// <summary>Decompresses raw Snappy (google/snappy, <c>format_description.txt</c>) from bytes that may be damaged, into memory of known length.</summary>
internal static class SnappyDecoder
{
    private const int Block = 16;

    /// <summary>The longest element that is copied by blocks, which may write as many bytes and one block more, and read as many.</summary>
    private const int ShortElement = 64;

    /// <summary>The longest literal whose length stands in its tag.</summary>
    private const int ShortLiteral = 60;

    /// <summary>The bytes of the source that an element is read from without a look at where it ends.</summary>
    private const int SourceMargin = 1 + ShortElement;
    private const int TargetMargin = ShortElement + Block;

    /// <summary>What the tag of a copy says: its length, the high bits of its offset, and how many bytes of the offset follow, each in bits of its own.</summary>
    private static readonly ushort[] Copies = [.. Enumerable.Range(0, 256).Select(Describe)];

    /// <summary>For each distance below a block, the places in it that a block's bytes come from where it is repeated.</summary>
    private static readonly byte[] Places = [.. Enumerable.Range(0, Block * Block).Select(i => (byte)(i % Block % Math.Max(i / Block, 1)))];

    /// <summary>For each distance below a block, how many bytes of a block are whole repetitions.</summary>
    private static ReadOnlySpan<byte> Steps => [0, 16, 16, 15, 16, 15, 12, 14, 16, 9, 10, 11, 12, 13, 14, 15];

    /// <summary>Decompresses <paramref name="source"/>.</summary>
    /// <param name="source">The compressed bytes.</param>
    /// <param name="destination">Where the text goes; undefined where false is returned.</param>
    /// <returns>False where the bytes are damaged or do not decompress to exactly the length of <paramref name="destination"/>.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (!TryReadLength(source, out int position, out uint length) || length != destination.Length)
            return false;
        int written = 0;
        while (position < source.Length)
        {
            DecodeShort(source, ref position, destination, ref written);
            if (position < source.Length && !TryDecodeOne(source, ref position, destination, ref written))
                return false;
        }

        return written == destination.Length;
    }

    /// <summary>Decodes elements as long as they are sound, short, and not near an end.</summary>
    private static void DecodeShort(ReadOnlySpan<byte> source, ref int position, Span<byte> destination, ref int written)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(destination);
        ref ushort copies = ref MemoryMarshal.GetArrayDataReference(Copies);
        nint next = position, done = written, last = source.Length - SourceMargin, lastDone = destination.Length - TargetMargin;
        while (next <= last && done <= lastDone)
        {
            uint tag = Unsafe.Add(ref from, next);
            if ((tag & 3) == 0)
            {
                nint count = (nint)(tag >> 2) + 1;
                if (count > ShortLiteral)
                    break;
                CopyBlocks(ref Unsafe.Add(ref from, next + 1), ref Unsafe.Add(ref to, done), count);
                next += 1 + count;
                done += count;
            }
            else
            {
                uint copy = Unsafe.Add(ref copies, tag);
                int bytes = (int)(copy >> 11);
                nint offset = (nint)((copy & 0x700) + (Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, next + 1)) & (uint)((1UL << (8 * bytes)) - 1)));
                nint count = (nint)(copy & 0xFF);
                if ((nuint)(offset - 1) >= (nuint)done)
                    break;
                ref byte behind = ref Unsafe.Add(ref to, done);
                if (offset >= Block)
                    CopyBlocks(ref Unsafe.Subtract(ref behind, offset), ref behind, count);
                else
                    RepeatBlocks(ref behind, (int)offset, (int)count);
                next += 1 + bytes;
                done += count;
            }
        }

        (position, written) = ((int)next, (int)done);
    }

    /// <summary>Decodes any element.</summary>
    private static bool TryDecodeOne(ReadOnlySpan<byte> source, ref int position, Span<byte> destination, ref int written)
    {
        int tag = source[position++];
        int count = (tag >> 2) + 1;
        if ((tag & 3) == 0)
        {
            if (count > ShortLiteral && !TryReadLong(source, ref position, count - ShortLiteral, out count))
                return false;
            if (count > source.Length - position || count > destination.Length - written)
                return false;
            source.Slice(position, count).CopyTo(destination[written..]);
            position += count;
        }
        else
        {
            int copy = Copies[tag], bytes = copy >> 11;
            count = copy & 0xFF;
            if (bytes > source.Length - position)
                return false;
            uint offset = (uint)copy & 0x700;
            for (int i = 0; i < bytes; i++)
                offset += (uint)source[position++] << (8 * i);
            if (offset - 1 >= (uint)written || count > destination.Length - written)
                return false;
            for (int i = written; i < written + count; i++)
                destination[i] = destination[i - (int)offset];
        }

        written += count;
        return true;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> source, out int position, out uint length)
    {
        ulong value = 0;
        for (position = 0; position < Math.Min(source.Length, 5);)
        {
            byte next = source[position];
            value |= (ulong)(next & 0x7Fu) << (7 * position++);
            length = (uint)value;
            if (next < 0x80)
                return value <= int.MaxValue;
        }

        length = 0;
        return false;
    }

    /// <summary>Reads the length of a literal that stands behind its tag in <paramref name="bytes"/> bytes.</summary>
    private static bool TryReadLong(ReadOnlySpan<byte> source, ref int position, int bytes, out int count)
    {
        count = 0;
        if (bytes > source.Length - position)
            return false;
        uint value = 0;
        for (int i = 0; i < bytes; i++)
            value |= (uint)source[position++] << (8 * i);
        count = (int)(value + 1);
        return value < int.MaxValue;
    }

    private static ushort Describe(int tag) => (ushort)((tag & 3) switch
    {
        1 => (1 << 11) | (tag >> 5 << 8) | (((tag >> 2) & 7) + 4),
        2 => (2 << 11) | ((tag >> 2) + 1),
        3 => (4 << 11) | ((tag >> 2) + 1),
        _ => 0,
    });

    /// <summary>Copies bytes by whole blocks; they may come from where the blocks before were written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyBlocks(ref byte from, ref byte to, nint count)
    {
        Vector128.LoadUnsafe(ref from).StoreUnsafe(ref to);
        for (nint i = Block; i < count; i += Block)
            Vector128.LoadUnsafe(ref from, (nuint)i).StoreUnsafe(ref to, (nuint)i);
    }

    /// <summary>Writes over and over the few bytes that stand <paramref name="offset"/> bytes before, by whole blocks.</summary>
    private static void RepeatBlocks(ref byte to, int offset, int count)
    {
        Vector128<byte> places = Vector128.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(Places), (nuint)(offset * Block));
        Vector128<byte> pattern = Vector128.Shuffle(Vector128.LoadUnsafe(ref Unsafe.Subtract(ref to, offset)), places);
        int step = Steps[offset];
        for (int i = 0; i < count; i += step)
            pattern.StoreUnsafe(ref to, (nuint)i);
    }
}
