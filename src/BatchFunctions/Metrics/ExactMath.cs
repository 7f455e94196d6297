using System.Numerics;

namespace BatchFunctions.Metrics;

/// <summary>From exact integers to doubles, rounded once.</summary>
internal static class ExactMath
{
    /// <summary>The double nearest to <paramref name="numerator"/> / <paramref name="denominator"/> · 2^<paramref name="exponent"/>, ties to even.</summary>
    public static double Quotient(BigInteger numerator, BigInteger denominator, int exponent)
    {
        if (numerator.IsZero)
            return 0;
        bool negative = numerator.Sign < 0;
        numerator = BigInteger.Abs(numerator);

        // 60 bits or more of quotient, and in its last bit whether anything is left over, decide every rounding.
        int shift = 62 - (int)(numerator.GetBitLength() - denominator.GetBitLength());
        numerator = shift >= 0 ? numerator << shift : numerator;
        denominator = shift < 0 ? denominator << -shift : denominator;
        ulong quotient = (ulong)BigInteger.DivRem(numerator, denominator, out BigInteger rest);
        if (!rest.IsZero)
            quotient |= 1;
        double value = Math.ScaleB((double)quotient, exponent - shift);
        return negative ? -value : value;
    }
}
