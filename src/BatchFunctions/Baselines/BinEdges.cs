using System.Globalization;

namespace BatchFunctions.Baselines;

/// <summary>
/// Chooses a histogram's edges: bins of about as many values each, from the smallest value to the largest. A value that is as frequent as a bin gets one
/// of its own, and so does each of a few different values.
/// </summary>
internal static class BinEdges
{
    /// <summary>Chooses the edges.</summary>
    /// <param name="values">The different values, ascending, with how often each came; at least one.</param>
    /// <param name="bins">About how many bins.</param>
    /// <returns>The edges, ascending, at least two.</returns>
    public static IReadOnlyList<double> Of(IReadOnlyList<(double Value, long Weight)> values, int bins)
    {
        double first = values[0].Value, last = values[^1].Value;
        if (values.Count == 1)
            return [first, Math.BitIncrement(first)];
        List<double> edges = [first];
        foreach (int at in values.Count <= bins ? Enumerable.Range(1, values.Count - 1) : Cuts(values, bins))
            if (Between(values[at - 1].Value, values[at].Value) is var edge && edge > edges[^1] && edge < last)
                edges.Add(edge);
        edges.Add(last);
        return edges;
    }

    // The positions before which a bin ends.
    private static IEnumerable<int> Cuts(IReadOnlyList<(double Value, long Weight)> values, int bins)
    {
        double left = values.Sum(v => (double)v.Weight), filled = 0, target = left / bins;
        int binsLeft = bins;
        for (int i = 0; i < values.Count; i++)
        {
            double weight = values[i].Weight;
            if (filled > 0 && weight >= target)
            {
                Close();
                yield return i;
            }

            filled += weight;
            if (filled >= target && i + 1 < values.Count)
            {
                Close();
                yield return i + 1;
            }
        }

        void Close()
        {
            left -= filled;
            filled = 0;
            binsLeft = Math.Max(1, binsLeft - 1);
            target = left / binsLeft;
        }
    }

    // The shortest decimal number above one value and up to the next: people read it.
    private static double Between(double below, double upTo)
    {
        double middle = below + ((upTo - below) / 2);
        for (int digits = 0; digits < 17; digits++)
            if (double.Parse(middle.ToString($"E{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) is var number && number > below && number <= upTo)
                return number;
        return upTo;
    }
}
