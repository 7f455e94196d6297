using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace BatchFunctions.Data.Text;

/// <summary>Runs of ASCII digits, eight at a time in one register.</summary>
internal static class Digits
{
    private const ulong Zeros = 0x3030303030303030;

    /// <summary>The eight bytes at <paramref name="start"/>, the first one lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load(ref byte start)
    {
        ulong word = Unsafe.ReadUnaligned<ulong>(ref start);
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }

    /// <summary>Reads the first <paramref name="length"/> (1 to 8) bytes of <paramref name="word"/> as a number.</summary>
    /// <returns>False where one of them is not a digit.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ulong word, int length, out uint value)
    {
        // The digits move up and zeros take their place below, so that eight digits are read whatever the length.
        int bits = length * 4;
        word = (word << 32 - bits << 32 - bits) | (Zeros >> bits >> bits);
        value = Eight(word);
        return ((word - Zeros | word + 0x4646464646464646) & 0x8080808080808080) == 0;
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
        return System.Numerics.BitOperations.TrailingZeroCount((difference - 0x0101010101010101) & ~difference & 0x8080808080808080) >> 3;
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
