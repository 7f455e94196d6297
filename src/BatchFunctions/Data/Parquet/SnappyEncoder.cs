using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Data.Parquet;

/// <summary>
/// Compresses to raw Snappy (google/snappy, <c>format_description.txt</c>): text that stood before within 64 KiB is referred to. The same text
/// gives the same bytes. Keeps its memory; not for use by several threads.
/// </summary>
internal sealed class SnappyEncoder
{
    private const int Fragment = 1 << 16;
    private const int TableBits = 14;
    private const int MinMatch = sizeof(uint);
    private const int MaxCopy = 64;
    private const int LongCopy = 3;
    private const int Block = 16;

    /// <summary>The bytes at a fragment's end that start no match, so that words can be read without a look at where it ends.</summary>
    private const int Margin = 15;

    private readonly ushort[] _table = new ushort[1 << TableBits];

    /// <summary>The largest number of bytes that <paramref name="length"/> bytes compress to.</summary>
    public static int MaxLength(int length) => checked(32 + length + (length / 6));

    /// <summary>Compresses <paramref name="source"/>.</summary>
    /// <param name="source">The text.</param>
    /// <param name="destination">Where the compressed bytes go, of <see cref="MaxLength"/> at least.</param>
    /// <returns>How many there are.</returns>
    public int Encode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, MaxLength(source.Length));
        int written = 0;
        for (uint left = (uint)source.Length; ; left >>= 7)
        {
            destination[written++] = (byte)(left < 0x80 ? left : left | 0x80);
            if (left < 0x80)
                break;
        }

        for (int start = 0; start < source.Length; start += Fragment)
            written += EncodeFragment(source[start..Math.Min(start + Fragment, source.Length)], ref destination[written]);
        return written;
    }

    private int EncodeFragment(ReadOnlySpan<byte> fragment, ref byte to)
    {
        ref byte text = ref MemoryMarshal.GetReference(fragment);
        _table.AsSpan().Clear();
        ref ushort table = ref MemoryMarshal.GetArrayDataReference(_table);
        ref byte next = ref to;
        int pending = 0, limit = fragment.Length - Margin;

        // The longer nothing is found, the fewer places are looked at.
        for (int position = 1, step = 32; position < limit; position += step >> 5, step += step >> 5)
        {
            uint word = Word(ref text, position);
            int match = Swap(ref table, word, position);
            if (word != Word(ref text, match))
                continue;
            next = ref WriteLiteral(ref Unsafe.Add(ref text, pending), position - pending, ref next);
            do
            {
                int length = MinMatch + CommonLength(ref text, match + MinMatch, position + MinMatch, fragment.Length);
                next = ref WriteCopy(position - match, length, ref next);
                position += length;
                if (position >= limit)
                    break;
                ulong words = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, position - 1));
                Swap(ref table, (uint)words, position - 1);
                word = (uint)(words >> 8);
                match = Swap(ref table, word, position);
            }
            while (word == Word(ref text, match));
            (pending, step) = (position, 32);
        }

        if (pending < fragment.Length)
            next = ref WriteLiteral(fragment[pending..], ref next);
        return (int)Unsafe.ByteOffset(ref to, ref next);
    }

    /// <summary>Puts a position into the table; gives the last one before it whose word had the same hash, or the fragment's first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Swap(ref ushort table, uint word, int position)
    {
        ref ushort entry = ref Unsafe.Add(ref table, (nint)((word * 0x1E35A7BD) >> (32 - TableBits)));
        int before = entry;
        entry = (ushort)position;
        return before;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Word(ref byte text, int position) => Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref text, position));

    /// <summary>How many bytes from two positions on are the same, up to <paramref name="end"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CommonLength(ref byte text, int first, int second, int end)
    {
        int start = second;
        for (; second <= end - sizeof(ulong); first += sizeof(ulong), second += sizeof(ulong))
        {
            ulong others = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, first)) ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, second));
            if (others != 0)
                return second - start + (BitOperations.TrailingZeroCount(others) >> 3);
        }

        for (; second < end && Unsafe.Add(ref text, first) == Unsafe.Add(ref text, second); first++)
            second++;
        return second - start;
    }

    /// <summary>Writes a literal behind which at least as many bytes can be read as a block has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte WriteLiteral(ref byte text, int length, ref byte to)
    {
        if (length > Block)
            return ref WriteLiteral(MemoryMarshal.CreateReadOnlySpan(ref text, length), ref to);
        to = (byte)((length - 1) << 2);
        Vector128.LoadUnsafe(ref text).StoreUnsafe(ref to, 1);
        return ref Unsafe.Add(ref to, 1 + length);
    }

    private static ref byte WriteLiteral(ReadOnlySpan<byte> literal, ref byte to)
    {
        int rest = literal.Length - 1, header = 1;
        if (rest < 60)
        {
            to = (byte)(rest << 2);
        }
        else
        {
            header = rest <= byte.MaxValue ? 2 : 3;
            to = (byte)((58 + header) << 2);
            Unsafe.Add(ref to, 1) = (byte)rest;
            Unsafe.Add(ref to, 2) = (byte)(rest >> 8);
        }

        to = ref Unsafe.Add(ref to, header);
        literal.CopyTo(MemoryMarshal.CreateSpan(ref to, literal.Length));
        return ref Unsafe.Add(ref to, literal.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte WriteCopy(int offset, int length, ref byte to)
    {
        if (length >= 12 || offset >= 1 << 11)
            return ref WriteLongCopies(offset, length, ref to);
        to = (byte)(1 | ((length - MinMatch) << 2) | ((offset >> 8) << 5));
        Unsafe.Add(ref to, 1) = (byte)offset;
        return ref Unsafe.Add(ref to, 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte WriteLongCopies(int offset, int length, ref byte to)
    {
        // What is left for the last copy is never shorter than the shortest.
        for (; length > MaxCopy; to = ref Unsafe.Add(ref to, LongCopy))
        {
            int part = length >= MaxCopy + MinMatch ? MaxCopy : MaxCopy - MinMatch;
            WriteLongCopy(offset, part, ref to);
            length -= part;
        }

        WriteLongCopy(offset, length, ref to);
        return ref Unsafe.Add(ref to, LongCopy);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteLongCopy(int offset, int length, ref byte to)
    {
        to = (byte)(2 | ((length - 1) << 2));
        Unsafe.Add(ref to, 1) = (byte)offset;
        Unsafe.Add(ref to, 2) = (byte)(offset >> 8);
    }
}
