using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BatchFunctions.Data.Text;

/// <summary>
/// Words of eight bytes, <see cref="Count"/> at once. Each byte of a word is a decimal digit as a number, the first one lowest; a word that
/// has fewer digits has zeros before them.
/// </summary>
internal static class DigitLanes
{
    /// <summary>The words read at once.</summary>
    public const int Count = 4;

    /// <summary>What two words of digits, one behind the other, count more than the second alone.</summary>
    public const ulong HighWeight = 100_000_000;

    private const byte Point = '.' ^ '0';

    /// <summary>All bits of the words that have a byte which is not a digit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Others(Vector256<ulong> words)
    {
        Vector256<byte> bytes = words.AsByte();
        Vector256<byte> others = (bytes | (bytes + Vector256.Create((byte)(0x7F - 9)))) & Vector256.Create((byte)0x80);
        return ~Vector256.Equals(others.AsUInt64(), Vector256<ulong>.Zero);
    }

    /// <summary>The numbers that the digits are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Numbers(Vector256<ulong> words)
    {
        // Pairs of digits, then fours, then all eight: the first of two is the lower one and weighs more.
        Vector256<uint> fours;
        if (Avx2.IsSupported)
        {
            Vector256<short> pairs = Avx2.MultiplyAddAdjacent(words.AsByte(), Vector256.Create((ushort)(1 << 8 | 10)).AsSByte());
            fours = Avx2.MultiplyAddAdjacent(pairs, Vector256.Create(1 << 16 | 100).AsInt16()).AsUInt32();
        }
        else
        {
            Vector256<ushort> single = words.AsUInt16();
            Vector256<ushort> pairs = ((single & Vector256.Create((ushort)0xFF)) * (ushort)10) + (single >> 8);
            Vector256<uint> weighed = (pairs * Vector256.Create(1U << 16 | 100).AsUInt16()).AsUInt32();
            fours = (weighed & Vector256.Create(0xFFFFU)) + (weighed >> 16);
        }

        return Weigh(fours.AsUInt64() & Vector256.Create(0xFFFFFFFFUL), 10_000) + (fours.AsUInt64() >> 32);
    }

    /// <summary>The numbers that two words of digits are, one behind the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Numbers(Vector256<ulong> high, Vector256<ulong> low) => Weigh(Numbers(high), (uint)HighWeight) + Numbers(low);

    /// <summary>Takes the last point out of each word; the digits before it move up.</summary>
    /// <param name="words">The words; one with two points is left with something that is no digit.</param>
    /// <param name="before">For each word the byte, as its lowest one, that moves up into it.</param>
    /// <param name="powers">Ten to the power of the number of digits behind the point, as a word of digits; 1 where there was no point.</param>
    /// <returns>All bits of the words that end with their point, which may be all there is of a number.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> TakePoint(ref Vector256<ulong> words, Vector256<ulong> before, out Vector256<ulong> powers)
    {
        Vector256<ulong> points = PointsOf(words), none = Vector256.Equals(points, Vector256<ulong>.Zero);
        Vector256<ulong> upTo = UpToFirst(points) & ~none;
        powers = (points & upTo & Vector256.Create(0x0101010101010101UL)) | (none & Vector256.Create(1UL << 56));
        words = (words & ~upTo) | (((words << 8) | before) & upTo);
        return ~Vector256.Equals(points & Vector256.Create(1UL << 63), Vector256<ulong>.Zero);
    }

    /// <summary>Takes a point out of numbers of two words.</summary>
    /// <param name="high">The first words.</param>
    /// <param name="low">The second words.</param>
    /// <param name="highPowers">Ten to the power of the number of digits behind the point, as the first of two words of digits.</param>
    /// <param name="lowPowers">The second word of the power.</param>
    /// <returns>All bits of the numbers that end with their point.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> TakePoint(ref Vector256<ulong> high, ref Vector256<ulong> low, out Vector256<ulong> highPowers, out Vector256<ulong> lowPowers)
    {
        Vector256<ulong> noneInLow = Vector256.Equals(PointsOf(low), Vector256<ulong>.Zero);
        Vector256<ulong> wrong = TakePoint(ref low, high >> 56, out lowPowers);
        Vector256<ulong> points = PointsOf(high) & noneInLow, none = Vector256.Equals(points, Vector256<ulong>.Zero);
        Vector256<ulong> upTo = (UpToFirst(points) & ~none) | ~noneInLow;
        highPowers = points & upTo & Vector256.Create(0x0101010101010101UL);
        lowPowers &= none;
        high = (high & ~upTo) | ((high << 8) & upTo);
        return wrong;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> PointsOf(Vector256<ulong> words) => Vector256.Equals(words.AsByte(), Vector256.Create(Point)).AsUInt64();

    /// <summary>The bytes up to the lowest one that is all ones; all bytes where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> UpToFirst(Vector256<ulong> bytes)
    {
        Vector256<ulong> upTo = bytes ^ (bytes - Vector256<ulong>.One);
        return upTo | (upTo << 7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Weigh(Vector256<ulong> numbers, uint weight) =>
        Avx2.IsSupported ? Avx2.Multiply(numbers.AsUInt32(), Vector256.Create((ulong)weight).AsUInt32()) : numbers * weight;
}
