using System.Runtime.CompilerServices;

namespace BatchFunctions.Data.Text;

/// <summary>Finite numbers, read as <see cref="Float64Cell"/> reads them and then rounded to 32 bits.</summary>
internal readonly struct Float32Cell : IDigitCell<float>
{
    /// <inheritdoc/>
    public static bool HasPoint => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FromDigits(uint digits, int scale) => (float)Float64Cell.FromDigits(digits, scale);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ref byte start, int length, out float value)
    {
        bool isNumber = Float64Cell.TryRead(ref start, length, out double wide);
        value = (float)wide;
        return isNumber && float.IsFinite(value);
    }
}
