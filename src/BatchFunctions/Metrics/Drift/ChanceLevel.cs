namespace BatchFunctions.Metrics.Drift;

/// <summary>
/// What each drift measure comes to by chance alone: two samples of one distribution differ, the more the smaller they are. The levels are those
/// that such samples exceed about once in ten thousand times.
/// </summary>
internal static class ChanceLevel
{
    // The standard normal distribution is above it once in ten thousand times.
    private const double Quantile = 3.719;
    private const double OnceIn = 10_000;

    // A rate near 0 is further from a normal distribution.
    private const double RateQuantile = 4;

    /// <summary>
    /// For the population stability index, which behaves like χ² with bins - 1 degrees of freedom times 1/n + 1/m (Yurdakul 2018, "Statistical
    /// properties of population stability index"); the quantile by the approximation of Wilson and Hilferty (1931).
    /// </summary>
    /// <param name="bins">The number of bins that either sample has a value in.</param>
    /// <param name="size">1/n + 1/m.</param>
    public static double Psi(int bins, double size)
    {
        if (bins < 2)
            return 0;
        double degrees = bins - 1, spread = 2 / (9 * degrees);
        return size * degrees * Math.Pow(1 - spread + (Quantile * Math.Sqrt(spread)), 3);
    }

    /// <summary>For the Jensen–Shannon divergence in bits, which near 0 is the population stability index divided by 8 ln 2.</summary>
    public static double JensenShannon(int bins, double size) => Psi(bins, size) / (8 * Math.Log(2));

    /// <summary>For the Kolmogorov–Smirnov distance, by its asymptotic distribution.</summary>
    public static double KolmogorovSmirnov(double size) => Math.Sqrt(Math.Log(2 * OnceIn) / 2 * size);

    /// <summary>For the difference of two shares: four standard errors of it, were both the same.</summary>
    /// <param name="p">The baseline's share.</param>
    /// <param name="q">The job's share.</param>
    /// <param name="pRecords">The number of records that <paramref name="p"/> is of; infinite where it is not known.</param>
    /// <param name="qRecords">The number of records that <paramref name="q"/> is of.</param>
    public static double Rate(double p, double q, double pRecords, double qRecords)
    {
        double both = double.IsInfinity(pRecords) ? p : ((p * pRecords) + (q * qRecords)) / (pRecords + qRecords);
        return RateQuantile * Math.Sqrt(both * (1 - both) * ((1 / pRecords) + (1 / qRecords)));
    }
}
