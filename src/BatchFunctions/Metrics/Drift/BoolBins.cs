using BatchFunctions.Data;

namespace BatchFunctions.Metrics.Drift;

/// <summary>The two bins that the values of a boolean column fall into.</summary>
internal sealed class BoolBins : FeatureBins
{
    private readonly int _falseBin;
    private readonly int _trueBin;
    private readonly int _unknownBin;

    private BoolBins(int falseBin, int trueBin, int unknownBin) => (_falseBin, _trueBin, _unknownBin) = (falseBin, trueBin, unknownBin);

    /// <summary>Bins between edges, for which false is 0 and true is 1.</summary>
    public static BoolBins Of(IReadOnlyList<double> edges)
    {
        return new(BinOf(0), BinOf(1), -1);

        int BinOf(double value) => edges.Where((e, i) => i < edges.Count - 1 ? value >= e : value > e).Count();
    }

    /// <summary>Bins by category.</summary>
    /// <returns>The bins, or null where a category is neither true nor false.</returns>
    public static BoolBins? Of(IReadOnlyList<string> categories)
    {
        (int falseBin, int trueBin) = (-1, -1);
        for (int i = 0; i < categories.Count; i++)
            switch (categories[i].ToLowerInvariant())
            {
                case "false" or "0":
                    falseBin = i;
                    break;
                case "true" or "1":
                    trueBin = i;
                    break;
                default:
                    return null;
            }

        int unknown = categories.Count;
        return new(falseBin < 0 ? unknown : falseBin, trueBin < 0 ? unknown : trueBin, unknown);
    }

    /// <inheritdoc/>
    public override void Count(Column column, int start, int length, FeatureCounts counts)
    {
        ReadOnlySpan<bool> values = ((Column<bool>)column).Values.Slice(start, length);
        int missing = NullsIn(column, start, length), trues;
        if (missing == 0)
        {
            trues = values.Count(true);
        }
        else
        {
            ReadOnlySpan<bool> nulls = column.Nulls.Slice(start, length);
            trues = 0;
            for (int i = 0; i < values.Length; i++)
                trues += values[i] && !nulls[i] ? 1 : 0;
        }

        counts.Missing += missing;
        Add("true", _trueBin, trues, counts);
        Add("false", _falseBin, length - missing - trues, counts);
    }

    private void Add(string value, int bin, long count, FeatureCounts counts)
    {
        counts.Bins[bin] += count;
        if (bin == _unknownBin && count > 0)
            counts.Unknown!.Add(value, count);
    }
}
