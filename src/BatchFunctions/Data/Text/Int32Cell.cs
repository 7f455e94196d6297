using System.Runtime.CompilerServices;

namespace BatchFunctions.Data.Text;

/// <summary>Integers of 32 bits, written as <see cref="Int64Cell"/> reads them.</summary>
internal readonly struct Int32Cell : IDigitCell<int>
{
    /// <inheritdoc/>
    public static bool HasPoint => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FromDigits(uint digits, int scale) => (int)digits;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ref byte start, int length, out int value)
    {
        bool isNumber = Int64Cell.TryRead(ref start, length, out long wide);
        value = (int)wide;
        return isNumber && value == wide;
    }
}
