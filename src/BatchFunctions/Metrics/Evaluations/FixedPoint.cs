using System.Numerics;

namespace BatchFunctions.Metrics.Evaluations;

/// <summary>
/// Sums of bounded terms, such as squared errors of probabilities, in units of 2⁻⁴⁰. Each term is rounded to a whole number of units, at most
/// 4.6·10⁻¹³ from what it is; so is their mean, then. The sum of units is exact, and the same in whatever order the terms come.
/// </summary>
internal static class FixedPoint
{
    /// <summary>The number of units in one.</summary>
    public const double PerOne = 1L << 40;

    /// <summary><c>x + Grain - Grain</c> is x rounded to a whole number of units, for |x| up to 2048: 1.5 · 2¹².</summary>
    public const double Grain = 6144;

    /// <summary>The binary64 form of <see cref="Grain"/>: that of <c>x + Grain</c> is as many more as x has units.</summary>
    public const long GrainBits = 0x40B8_0000_0000_0000;

    /// <summary>The mean of <paramref name="count"/> terms, rounded once.</summary>
    public static double Mean(Int128 units, long count) => ExactMath.Quotient((BigInteger)units, count, -40);
}
