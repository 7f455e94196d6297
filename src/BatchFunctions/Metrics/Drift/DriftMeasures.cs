namespace BatchFunctions.Metrics.Drift;

/// <summary>How far two distributions over the same bins are apart.</summary>
internal static class DriftMeasures
{
    /// <summary>The least share that a bin counts with in the population stability index.</summary>
    public const double LeastShare = 0.0001;

    /// <summary>
    /// The population stability index: Σ (q - p) · ln(q / p), with the natural logarithm (Siddiqi 2006, "Credit Risk Scorecards"; it is the
    /// symmetric divergence of Kullback and Leibler). So that an empty bin has a logarithm, a share counts as no less than
    /// 0.0001, and as no less than half a record; the shares are not scaled again.
    /// </summary>
    /// <param name="p">The baseline's shares.</param>
    /// <param name="q">The job's shares.</param>
    /// <param name="pRecords">The number of values that <paramref name="p"/> is of; infinite where it is not known.</param>
    /// <param name="qRecords">The number of values that <paramref name="q"/> is of.</param>
    public static double Psi(ReadOnlySpan<double> p, ReadOnlySpan<double> q, double pRecords, double qRecords)
    {
        double least = Math.Max(LeastShare, 0.5 / pRecords), qLeast = Math.Max(LeastShare, 0.5 / qRecords), sum = 0;
        for (int i = 0; i < p.Length; i++)
        {
            double a = Math.Max(p[i], least), b = Math.Max(q[i], qLeast);
            sum += p[i] == 0 && q[i] == 0 ? 0 : (b - a) * Math.Log(b / a);
        }

        return sum;
    }

    /// <summary>
    /// The Jensen–Shannon divergence with the logarithm to base 2, from 0 to 1 (Lin 1991, "Divergence measures based on the Shannon entropy"). Its
    /// square root is the Jensen–Shannon distance.
    /// </summary>
    public static double JensenShannon(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        double sum = 0;
        for (int i = 0; i < p.Length; i++)
        {
            double middle = (p[i] + q[i]) / 2;
            sum += (p[i] > 0 ? p[i] * Math.Log2(p[i] / middle) : 0) + (q[i] > 0 ? q[i] * Math.Log2(q[i] / middle) : 0);
        }

        return Math.Clamp(sum / 2, 0, 1);
    }

    /// <summary>
    /// The Kolmogorov–Smirnov distance: the largest difference between two distribution functions, here at the edges of the bins.
    /// </summary>
    /// <param name="p">The baseline's shares, below the first edge, by bin, above the last edge.</param>
    /// <param name="q">The job's shares, likewise.</param>
    /// <returns>
    /// The distance at the edges, and by how much that of the values themselves may be larger: inside a bin each function may rise anywhere, so that
    /// they differ by no more than one's value at the bin's end and the other's at its start.
    /// </returns>
    public static (double Distance, double Error) KolmogorovSmirnov(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        double distance = 0, most = 0, belowP = 0, belowQ = 0;
        for (int i = 0; i < p.Length; i++)
        {
            double upToP = belowP + p[i], upToQ = belowQ + q[i];
            distance = Math.Max(distance, Math.Abs(upToP - upToQ));
            most = Math.Max(most, Math.Max(upToP - belowQ, upToQ - belowP));
            (belowP, belowQ) = (upToP, upToQ);
        }

        return (Math.Min(distance, 1), Math.Clamp(most - distance, 0, 1));
    }
}
