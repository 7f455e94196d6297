using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Data.Text;

/// <summary>Integers: digits with a sign before them; a fraction of zeros is allowed, as columns with gaps are often written (<c>34.0</c>).</summary>
internal readonly struct Int64Cell : IDigitCell<long>
{
    /// <inheritdoc/>
    public static bool HasPoint => false;

    /// <inheritdoc/>
    public static int MaxDigits => 16;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<ulong> digits, Vector256<ulong> powers, Vector256<ulong> minus, ref long to) =>
        ((digits ^ minus) - minus).AsInt64().StoreUnsafe(ref to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ref byte start, int length, out long value)
    {
        int sign = start == '-' ? 1 : 0;
        if ((uint)(length - sign - 1) < 16 && Digits.TryRead(ref Unsafe.Add(ref start, sign), length - sign, out ulong number))
        {
            value = sign == 0 ? (long)number : -(long)number;
            return true;
        }

        return TryReadAny(ref start, length, out value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryReadAny(ref byte start, int length, out long value)
    {
        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpan(ref start, length);
        int point = text.IndexOf((byte)'.');
        if (point >= 0 && text[(point + 1)..].ContainsAnyExcept((byte)'0'))
        {
            value = 0;
            return false;
        }

        // The framework's parser takes zero bytes behind a number for nothing.
        return long.TryParse(point < 0 ? text : text[..point], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && !text.Contains((byte)0);
    }
}
