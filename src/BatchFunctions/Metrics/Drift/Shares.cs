namespace BatchFunctions.Metrics.Drift;

/// <summary>Counts as shares of their sum.</summary>
internal static class Shares
{
    /// <summary>Each count divided by the sum of all, or null where that is 0.</summary>
    public static double[]? Of(IReadOnlyList<double> counts)
    {
        double sum = counts.Sum();
        return sum > 0 ? [.. counts.Select(c => c / sum)] : null;
    }
}
