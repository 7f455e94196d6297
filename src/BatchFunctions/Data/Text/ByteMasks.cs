using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Data.Text;

/// <summary>Compares 64 bytes at once: bit i of a mask stands for byte i of the block.</summary>
internal static class ByteMasks
{
    /// <summary>The bytes that <see cref="Equal"/> looks at; as many must be readable from where it starts.</summary>
    public const int Block = 64;

    /// <summary>The bytes of the block at <paramref name="block"/> that are <paramref name="value"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Equal(ref byte block, byte value)
    {
        if (Vector512.IsHardwareAccelerated)
            return Vector512.Equals(Vector512.LoadUnsafe(ref block), Vector512.Create(value)).ExtractMostSignificantBits();
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<byte> wanted = Vector256.Create(value);
            return Vector256.Equals(Vector256.LoadUnsafe(ref block), wanted).ExtractMostSignificantBits()
                | ((ulong)Vector256.Equals(Vector256.LoadUnsafe(ref block, 32), wanted).ExtractMostSignificantBits() << 32);
        }

        Vector128<byte> narrow = Vector128.Create(value);
        return Vector128.Equals(Vector128.LoadUnsafe(ref block), narrow).ExtractMostSignificantBits()
            | ((ulong)Vector128.Equals(Vector128.LoadUnsafe(ref block, 16), narrow).ExtractMostSignificantBits() << 16)
            | ((ulong)Vector128.Equals(Vector128.LoadUnsafe(ref block, 32), narrow).ExtractMostSignificantBits() << 32)
            | ((ulong)Vector128.Equals(Vector128.LoadUnsafe(ref block, 48), narrow).ExtractMostSignificantBits() << 48);
    }

    /// <summary>The bits of the first <paramref name="count"/> bytes of a block; all where there are 64 or more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong First(int count) => count >= Block ? ulong.MaxValue : (1UL << count) - 1;

    /// <summary>The bits at and behind which the number of bits set in <paramref name="mask"/>, from the lowest one on, is odd.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AfterOdd(ulong mask)
    {
        mask ^= mask << 1;
        mask ^= mask << 2;
        mask ^= mask << 4;
        mask ^= mask << 8;
        mask ^= mask << 16;
        return mask ^ (mask << 32);
    }
}
