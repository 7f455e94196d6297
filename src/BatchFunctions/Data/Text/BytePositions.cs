using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BatchFunctions.Data.Text;

/// <summary>Turns masks of <see cref="ByteMasks"/> into the positions of their bits.</summary>
internal static class BytePositions
{
    /// <summary>As many positions may be written behind the last one that counts.</summary>
    public const int Overrun = ByteMasks.Block;

    /// <summary>Writes where the bytes of a block are that <paramref name="mask"/> tells.</summary>
    /// <param name="mask">The bytes wanted.</param>
    /// <param name="at">Where the block's first byte is.</param>
    /// <param name="to">Where the positions go, in order; <see cref="Overrun"/> more can be written behind them.</param>
    /// <returns>Their number.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(ulong mask, int at, ref int to)
    {
        int count = BitOperations.PopCount(mask);
        if (Avx512Vbmi2.IsSupported)
        {
            Vector512<byte> all = Vector512.Create(
                (byte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
                32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63);
            Vector512<byte> bits = Avx512Vbmi2.Compress(Vector512<byte>.Zero, MaskOf(mask), all);
            Vector512<int> first = Vector512.Create(at);
            (first + Avx512F.ConvertToVector512Int32(bits.GetLower().GetLower())).StoreUnsafe(ref to);
            if (count > 16)
            {
                (first + Avx512F.ConvertToVector512Int32(bits.GetLower().GetUpper())).StoreUnsafe(ref to, 16);
                if (count > 32)
                {
                    (first + Avx512F.ConvertToVector512Int32(bits.GetUpper().GetLower())).StoreUnsafe(ref to, 32);
                    (first + Avx512F.ConvertToVector512Int32(bits.GetUpper().GetUpper())).StoreUnsafe(ref to, 48);
                }
            }

            return count;
        }

        // Eight at a time without a branch.
        for (int i = 0; i < count; i += 8, to = ref Unsafe.Add(ref to, 8))
        {
            to = TakeLowest(ref mask, at);
            Unsafe.Add(ref to, 1) = TakeLowest(ref mask, at);
            Unsafe.Add(ref to, 2) = TakeLowest(ref mask, at);
            Unsafe.Add(ref to, 3) = TakeLowest(ref mask, at);
            Unsafe.Add(ref to, 4) = TakeLowest(ref mask, at);
            Unsafe.Add(ref to, 5) = TakeLowest(ref mask, at);
            Unsafe.Add(ref to, 6) = TakeLowest(ref mask, at);
            Unsafe.Add(ref to, 7) = TakeLowest(ref mask, at);
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> MaskOf(ulong mask)
    {
        // Each byte of the mask to eight bytes of the vector, of which each keeps the bit that is its own.
        Vector512<byte> spread = Avx512BW.Shuffle(Vector512.Create(mask).AsByte(), Vector512.Create(
            0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303, 0x0404040404040404, 0x0505050505050505, 0x0606060606060606, 0x0707070707070707).AsByte());
        Vector512<byte> own = Vector512.Create(0x8040201008040201UL).AsByte();
        return Vector512.Equals(spread & own, own);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TakeLowest(ref ulong bits, int at)
    {
        int lowest = at + BitOperations.TrailingZeroCount(bits);
        bits &= bits - 1;
        return lowest;
    }
}
