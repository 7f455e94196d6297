namespace BatchFunctions.Benchmarks.Comparison;

/// <summary>How a contender did.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Seconds">The time of each round, in order.</param>
/// <param name="Rows">The rows of a round.</param>
/// <param name="PeakMib">The most memory held, all its processes together.</param>
/// <param name="Note">What it said of its median round.</param>
internal sealed record Standing(string Name, IReadOnlyList<double> Seconds, long Rows, double PeakMib, string? Note)
{
    /// <summary>The median time.</summary>
    public double Median => Seconds.Order().ElementAt(Seconds.Count / 2);

    /// <summary>Millions of rows a second, by the median.</summary>
    public double Speed => Rows / Median / 1e6;
}
