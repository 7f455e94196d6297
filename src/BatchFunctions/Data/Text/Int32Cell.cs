using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Data.Text;

/// <summary>Integers of 32 bits, written as <see cref="Int64Cell"/> reads them.</summary>
internal readonly struct Int32Cell : IDigitCell<int>
{
    /// <inheritdoc/>
    public static bool HasPoint => false;

    /// <inheritdoc/>
    public static int MaxDigits => 8;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<ulong> digits, Vector256<ulong> powers, Vector256<ulong> minus, ref int to)
    {
        Vector256<long> wide = ((digits ^ minus) - minus).AsInt64();
        Vector256.Narrow(wide, wide).GetLower().StoreUnsafe(ref to);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ref byte start, int length, out int value)
    {
        bool isNumber = Int64Cell.TryRead(ref start, length, out long wide);
        value = (int)wide;
        return isNumber && value == wide;
    }
}
