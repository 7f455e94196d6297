using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchFunctions.Data.Text;

/// <summary>Runs of ASCII digits, eight at a time in one register.</summary>
internal static class Digits
{
    private const ulong HighBits = 0x8080808080808080;
    private const ulong Zeros = 0x3030303030303030;

    /// <summary>By the number of bytes that a word has: digits 0 for the rest.</summary>
    private static ReadOnlySpan<ulong> Fill =>
    [
        0, Zeros >> 8, Zeros >> 16, Zeros >> 24, Zeros >> 32, Zeros >> 40, Zeros >> 48, Zeros >> 56, 0,
    ];

    /// <summary>The eight bytes at <paramref name="start"/>, the first one lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load(ref byte start)
    {
        ulong word = Unsafe.ReadUnaligned<ulong>(ref start);
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }

    /// <summary>The first <paramref name="length"/> (1 to 8) bytes of <paramref name="word"/> moved to its upper end, behind the digits 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Align(ulong word, int length) => (word << (-length * 8)) | Unsafe.Add(ref MemoryMarshal.GetReference(Fill), length);

    /// <summary>Reads the first <paramref name="length"/> (1 to 8) bytes of <paramref name="word"/> as a number.</summary>
    /// <returns>False where one of them is not a digit.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ulong word, int length, out uint value)
    {
        word = Align(word, length);
        value = Eight(word);
        return ((word - Zeros | word + 0x4646464646464646) & HighBits) == 0;
    }

    /// <summary>Takes the first point out of the first <paramref name="length"/> (1 to 8) bytes of <paramref name="word"/>; the digits behind it move up.</summary>
    /// <param name="word">The bytes.</param>
    /// <param name="length">Their number.</param>
    /// <param name="scale">How many bytes stood behind the point; 0 where there was none.</param>
    /// <returns>The number of bytes that remain.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int RemovePoint(ref ulong word, int length, out int scale)
    {
        int point = PointIn(word);
        scale = 0;
        if (point >= length)
            return length;
        ulong before = (1UL << (point * 8)) - 1;
        word = (word & before) | ((word >> 8) & ~before);
        scale = length - 1 - point;
        return length - 1;
    }

    /// <summary>Reads up to 16 digits.</summary>
    /// <param name="start">The first digit; 16 bytes can be read.</param>
    /// <param name="length">The number of digits, 1 to 16.</param>
    /// <param name="value">The number.</param>
    /// <returns>False where one of them is not a digit.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ref byte start, int length, out ulong value)
    {
        if (length <= 8)
        {
            bool isNumber = TryRead(Load(ref start), length, out uint number);
            value = number;
            return isNumber;
        }

        bool areNumbers = TryRead(Load(ref start), length - 8, out uint high) & TryRead(Load(ref Unsafe.Add(ref start, length - 8)), 8, out uint low);
        value = (high * 100_000_000UL) + low;
        return areNumbers;
    }

    /// <summary>Where the first point stands among the eight bytes of <paramref name="word"/>; 8 where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PointIn(ulong word)
    {
        ulong difference = word ^ 0x2E2E2E2E2E2E2E2E;
        return BitOperations.TrailingZeroCount((difference - 0x0101010101010101) & ~difference & 0x8080808080808080) >> 3;
    }

    /// <summary>Eight digits in three multiplications: pairs, then fours, then all (Lemire, "Number parsing at a gigabyte per second").</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Eight(ulong word)
    {
        const ulong Pairs = 0x000000FF000000FF;
        word -= Zeros;
        word = (word * 10) + (word >> 8);
        return (uint)((((word & Pairs) * 0x000F424000000064) + (((word >> 16) & Pairs) * 0x0000271000000001)) >> 32);
    }
}
