using System.Runtime.CompilerServices;

namespace BatchFunctions.Data.Text;

/// <summary>Integers of 32 bits, written as <see cref="Int64Cell"/> reads them.</summary>
internal readonly struct Int32Cell : ICell<int>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ref byte start, int length, out int value)
    {
        bool isNumber = Int64Cell.TryRead(ref start, length, out long wide);
        value = (int)wide;
        return isNumber && value == wide;
    }
}
