using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Data.Text;

/// <summary>
/// Finite numbers, rounded correctly: digits with a sign, a point and an exponent. A mantissa of at most 2^53 over a power of ten of at
/// most 10^22 needs one exact division (Clinger, "How to read floating point numbers accurately"); everything else is the framework's.
/// </summary>
internal readonly struct Float64Cell : IDigitCell<double>
{
    /// <inheritdoc/>
    public static bool HasPoint => true;

    /// <inheritdoc/>
    public static int MaxDigits => 16;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<ulong> digits, Vector256<ulong> powers, Vector256<ulong> minus, ref double to) =>
        Of(digits, powers, minus).StoreUnsafe(ref to);

    /// <summary>The numbers, correctly rounded where there are at most 2^53 digits' worth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Of(Vector256<ulong> digits, Vector256<ulong> powers, Vector256<ulong> minus)
    {
        Vector256<double> magnitude = Vector256.ConvertToDouble(digits.AsInt64()) / Vector256.ConvertToDouble(powers.AsInt64());
        return (magnitude.AsUInt64() ^ (minus & Vector256.Create(1UL << 63))).AsDouble();
    }

    private static ReadOnlySpan<double> Powers => [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

    private static ReadOnlySpan<uint> WholePowers => [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ref byte start, int length, out double value)
    {
        int sign = start == '-' ? 1 : 0;
        ref byte first = ref Unsafe.Add(ref start, sign);
        int rest = length - sign;
        if ((uint)(rest - 1) < 8)
        {
            ulong word = Digits.Load(ref first);
            int digits = Digits.RemovePoint(ref word, rest, out int scale);
            if (digits > 0 && Digits.TryRead(word, digits, out uint mantissa))
            {
                double magnitude = mantissa / Powers[scale];
                value = sign == 0 ? magnitude : -magnitude;
                return true;
            }
        }
        else if ((uint)(rest - 9) < 9)
        {
            int point = Digits.PointIn(Digits.Load(ref first));
            int fraction = rest - point - 1;
            if ((uint)(point - 1) < 8 && (uint)(fraction - 1) < 8 && Unsafe.Add(ref first, point) == '.'
                && Digits.TryRead(Digits.Load(ref first), point, out uint whole)
                & Digits.TryRead(Digits.Load(ref Unsafe.Add(ref first, point + 1)), fraction, out uint part))
            {
                ulong mantissa = ((ulong)whole * WholePowers[fraction]) + part;
                if (mantissa <= 1UL << 53)
                {
                    double magnitude = mantissa / Powers[fraction];
                    value = sign == 0 ? magnitude : -magnitude;
                    return true;
                }
            }
        }

        return TryReadAny(ref start, length, out value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryReadAny(ref byte start, int length, out double value)
    {
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpan(ref start, length);
        return double.TryParse(text, Styles, CultureInfo.InvariantCulture, out value) && double.IsFinite(value) && !text.Contains((byte)0);
    }
}
