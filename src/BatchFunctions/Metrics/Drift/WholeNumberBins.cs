using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Models;

namespace BatchFunctions.Metrics.Drift;

/// <summary>Bins by category for columns of numbers, whose categories are whole numbers.</summary>
internal sealed class WholeNumberBins : FeatureBins
{
    private readonly FrozenDictionary<long, int> _bins;
    private readonly int _unknown;

    private WholeNumberBins(FrozenDictionary<long, int> bins) => (_bins, _unknown) = (bins, bins.Count);

    /// <summary>Makes bins.</summary>
    /// <returns>The bins, or null where a category is no whole number, or two are the same.</returns>
    public static WholeNumberBins? Of(IReadOnlyList<string> categories)
    {
        Dictionary<long, int> bins = [];
        for (int i = 0; i < categories.Count; i++)
            if (!long.TryParse(categories[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) || !bins.TryAdd(number, i))
                return null;
        return new(bins.ToFrozenDictionary());
    }

    /// <inheritdoc/>
    public override void Count(Column column, int start, int length, FeatureCounts counts)
    {
        Span<long> bins = counts.Bins;
        if (column is Column<long> whole && NullsIn(column, start, length) == 0)
        {
            foreach (long value in whole.Values.Slice(start, length))
                if (_bins.TryGetValue(value, out int bin))
                    bins[bin]++;
                else
                    AddUnknown(value, counts);
            return;
        }

        for (int row = start; row < start + length; row++)
            if (IsMissing(column, row))
                counts.Missing++;
            else if (FeatureSource.WholeNumber(column, row) is not { } value)
                AddUnknown(column.GetValue(row)!, counts);
            else if (_bins.TryGetValue(value, out int bin))
                bins[bin]++;
            else
                AddUnknown(value, counts);
    }

    private static bool IsMissing(Column column, int row) => column.IsNull(row) || column switch
    {
        Column<double> c => double.IsNaN(c.Values[row]),
        Column<float> c => float.IsNaN(c.Values[row]),
        _ => false,
    };

    private void AddUnknown<T>(T value, FeatureCounts counts)
    {
        counts.Bins[_unknown]++;
        Span<byte> text = stackalloc byte[64];
        if (value is IUtf8SpanFormattable number && number.TryFormat(text, out int written, default, CultureInfo.InvariantCulture))
            counts.Unknown!.Add(text[..written]);
        else
            counts.Unknown!.Add(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{value}")));
    }
}
