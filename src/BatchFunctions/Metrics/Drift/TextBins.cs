using BatchFunctions.Data;
using BatchFunctions.Models;

namespace BatchFunctions.Metrics.Drift;

/// <summary>Bins by category for columns of text.</summary>
internal sealed class TextBins(IReadOnlyList<string> categories) : FeatureBins
{
    private readonly Utf8Lookup _lookup = new(categories);
    private readonly int _unknown = categories.Count;

    /// <inheritdoc/>
    public override void Count(Column column, int start, int length, FeatureCounts counts)
    {
        var text = (Utf8Column)column;
        Span<long> bins = counts.Bins;
        bool anyNull = NullsIn(column, start, length) > 0;
        for (int row = start; row < start + length; row++)
        {
            if (anyNull && text.IsNull(row))
            {
                counts.Missing++;
                continue;
            }

            ReadOnlySpan<byte> value = text[row];
            int bin = _lookup.Find(value);
            if (bin >= 0)
            {
                bins[bin]++;
                continue;
            }

            bins[_unknown]++;
            counts.Unknown!.Add(value);
        }
    }
}
