using BatchFunctions.Data;
using BatchFunctions.Models;

namespace BatchFunctions.Metrics.Drift;

/// <summary>Bins by category for columns of text.</summary>
internal sealed class TextBins : FeatureBins
{
    private readonly Utf8Lookup _lookup;
    private readonly EntryValues<int> _binOfEntry;
    private readonly EntryCounter _entries = new();

    /// <summary>Makes bins.</summary>
    /// <param name="categories">The categories, which differ from each other.</param>
    public TextBins(IReadOnlyList<string> categories)
    {
        _lookup = new Utf8Lookup(categories);
        _binOfEntry = new EntryValues<int>(Utf8Lookup.Unknown, _lookup.Find);
    }

    /// <inheritdoc/>
    public override void Count(Column column, int start, int length, FeatureCounts counts)
    {
        var text = (Utf8Column)column;
        if (text.Entries is { } entries)
            Count(entries, text.EntryOf.Slice(start, length), counts);
        else
            Count(text, start, length, counts);
    }

    // Nulls refer to entry 0.
    private void Count(TextEntries entries, ReadOnlySpan<ushort> entryOf, FeatureCounts counts)
    {
        ReadOnlySpan<int> binOf = _binOfEntry.Of(entries);
        ReadOnlySpan<long> rows = _entries.Count(entryOf, entries.Count + 1);
        counts.Missing += rows[0];
        for (int number = 1; number < rows.Length; number++)
            if (rows[number] > 0)
                Add(entries[number], binOf[number], rows[number], counts);
    }

    private void Count(Utf8Column text, int start, int length, FeatureCounts counts)
    {
        bool anyNull = NullsIn(text, start, length) > 0;
        for (int row = start; row < start + length; row++)
            if (anyNull && text.IsNull(row))
                counts.Missing++;
            else
                Add(text[row], _lookup.Find(text[row]), 1, counts);
    }

    private static void Add(ReadOnlySpan<byte> value, int bin, long count, FeatureCounts counts)
    {
        if (bin >= 0)
        {
            counts.Bins[bin] += count;
            return;
        }

        counts.Bins[^1] += count;
        counts.Unknown!.Add(value, count);
    }
}
