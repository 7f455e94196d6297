using BatchFunctions.Data;

namespace BatchFunctions.Models.Filling;

/// <summary>Finds the category of each record of a block.</summary>
/// <param name="source">The feature, which is encoded.</param>
internal sealed class CategoryCodes(FeatureSource source)
{
    /// <summary>The code of a missing value.</summary>
    public const int Missing = -2;

    private readonly int[] _codes = new int[FeatureFiller<int>.BlockRows];
    private readonly EntryValues<int>? _ofEntries = source.TextCodes is { } texts ? new(Missing, texts.Find) : null;

    /// <summary>The categories' codes; <see cref="FeatureSource.NoCategory"/> where a value is none, <see cref="Missing"/> where there is no value.</summary>
    public ReadOnlySpan<int> Of(RecordBatch batch, int start, int count)
    {
        Span<int> codes = _codes.AsSpan(0, count);
        if (source.Column < 0)
        {
            codes.Fill(Missing);
            return codes;
        }

        Column column = batch.Columns[source.Column];
        if (column is Utf8Column text)
            OfText(text, start, codes);
        else
            OfNumbers(column, start, codes);
        return codes;
    }

    private void OfText(Utf8Column text, int start, Span<int> codes)
    {
        if (text.Entries is { } entries)
        {
            ReadOnlySpan<int> known = _ofEntries!.Of(entries);
            ReadOnlySpan<ushort> entryOf = text.EntryOf.Slice(start, codes.Length);
            for (int i = 0; i < codes.Length; i++)
                codes[i] = known[entryOf[i]];
            return;
        }

        Utf8Lookup lookup = source.TextCodes!;
        ReadOnlySpan<byte> bytes = text.Bytes;
        ReadOnlySpan<int> offsets = text.Offsets.Slice(start, codes.Length + 1);
        for (int i = 0; i < codes.Length; i++)
            codes[i] = lookup.Find(bytes[offsets[i]..offsets[i + 1]]);
        if (!text.HasNulls)
            return;
        ReadOnlySpan<bool> nulls = text.Nulls.Slice(start, codes.Length);
        for (int i = 0; i < codes.Length; i++)
            codes[i] = nulls[i] ? Missing : codes[i];
    }

    private void OfNumbers(Column column, int start, Span<int> codes)
    {
        for (int i = 0; i < codes.Length; i++)
        {
            int row = start + i;
            bool missing = column.IsNull(row) || (column is Column<double> wide && double.IsNaN(wide.Values[row])) || (column is Column<float> narrow && float.IsNaN(narrow.Values[row]));
            codes[i] = missing ? Missing : FeatureSource.WholeNumber(column, row) is { } value ? source.CodeOf(value) : FeatureSource.NoCategory;
        }
    }
}
