using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Metrics.Evaluations;

/// <summary>
/// The natural logarithm out of additions, multiplications and a division alone, each of which every machine rounds alike, so that shards which were
/// scored on different machines add up to the same. That of <see cref="Math"/> differs between systems, that of the vectors between processors.
/// </summary>
internal static class Logarithm
{
    private const int MantissaBits = 52;
    private const long Mantissa = (1L << MantissaBits) - 1;
    private const long One = 1023L << MantissaBits;

    // The square root of 1/2, in bits.
    private const long Lowest = 0x3FE6_A09E_667F_3BCD;

    // 2^52, whose lowest bits count in ones.
    private const long Count = 1075L << MantissaBits;

    // The first has so few bits that its product with an exponent is exact; together they are ln 2 to a hundred bits.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>The logarithms of positive, finite numbers that are not subnormal, off by 10⁻¹⁵ of the result or of one at most.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Of(Vector256<double> numbers)
    {
        // A number is m · 2^k with √½ ≤ m < √2, and with s = (m - 1) / (m + 1), ln m = 2 (s + s³/3 + s⁵/5 + …), where |s| < 0.172.
        Vector256<long> shifted = numbers.AsInt64() + Vector256.Create(One - Lowest);
        Vector256<double> k = (Vector256.ShiftRightLogical(shifted, MantissaBits) | Vector256.Create(Count)).AsDouble() - Vector256.Create((1L << MantissaBits) + 1023.0);
        Vector256<double> m = ((shifted & Vector256.Create(Mantissa)) + Vector256.Create(Lowest)).AsDouble();
        Vector256<double> s = (m - Vector256<double>.One) / (m + Vector256<double>.One);
        Vector256<double> z = s * s;
        Vector256<double> sum = Vector256.Create(2.0 / 19);
        sum = (sum * z) + Vector256.Create(2.0 / 17);
        sum = (sum * z) + Vector256.Create(2.0 / 15);
        sum = (sum * z) + Vector256.Create(2.0 / 13);
        sum = (sum * z) + Vector256.Create(2.0 / 11);
        sum = (sum * z) + Vector256.Create(2.0 / 9);
        sum = (sum * z) + Vector256.Create(2.0 / 7);
        sum = (sum * z) + Vector256.Create(2.0 / 5);
        sum = (sum * z) + Vector256.Create(2.0 / 3);
        return (k * Vector256.Create(Ln2High)) + ((s + s) + ((s * z * sum) + (k * Vector256.Create(Ln2Low))));
    }
}
