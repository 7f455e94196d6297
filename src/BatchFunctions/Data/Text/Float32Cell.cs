using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Data.Text;

/// <summary>Finite numbers, read as <see cref="Float64Cell"/> reads them and then rounded to 32 bits.</summary>
internal readonly struct Float32Cell : IDigitCell<float>
{
    /// <inheritdoc/>
    public static bool HasPoint => true;

    /// <inheritdoc/>
    public static int MaxDigits => 16;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<ulong> digits, Vector256<ulong> powers, Vector256<ulong> minus, ref float to)
    {
        Vector256<double> wide = Float64Cell.Of(digits, powers, minus);
        Vector256.Narrow(wide, wide).GetLower().StoreUnsafe(ref to);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ref byte start, int length, out float value)
    {
        bool isNumber = Float64Cell.TryRead(ref start, length, out double wide);
        value = (float)wide;
        return isNumber && float.IsFinite(value);
    }
}
