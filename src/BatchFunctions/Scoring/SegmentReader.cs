using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Metrics.Evaluations;

namespace BatchFunctions.Scoring;

/// <summary>
/// Finds for each record which segment of a column it is in. What a dictionary's entry or a number stands for is remembered, for as long as the same
/// values are told apart.
/// </summary>
internal sealed class SegmentReader
{
    private const int Unread = -1;
    private const int NumberBits = 8;
    private const int Numbers = 1 << NumberBits;
    private const ulong Spread = 0x9E3779B97F4A7C15;

    private readonly long[] _numbers = new long[Numbers];
    private readonly int[] _ofNumbers = new int[Numbers];
    private int[] _ofEntries = [];
    private TextEntries? _entries;
    private long _stamp;
    private SegmentOutcomes? _segments;
    private int _version;

    /// <summary>The segment of a record without a value: the number behind those told apart.</summary>
    public static int MissingOf(SegmentOutcomes segments) => segments.Count;

    /// <summary>The segment of a record whose value is not told apart.</summary>
    public static int OtherOf(SegmentOutcomes segments) => segments.Count + 1;

    /// <summary>Finds the segments of some records, and begins to tell values apart that are new and among the first.</summary>
    /// <param name="column">The column, the same in every call.</param>
    /// <param name="rows">The records' rows in it.</param>
    /// <param name="segments">The segments so far.</param>
    /// <param name="found">Where the segments' positions go, valid until a value is told apart that was not before.</param>
    public void Find(Column column, ReadOnlySpan<int> rows, SegmentOutcomes segments, Span<int> found)
    {
        // A new value moves the positions of those behind it.
        do
        {
            if (_segments != segments || _version != segments.Version)
                Forget(segments);
            switch (column)
            {
                case Utf8Column { Entries: { } entries } texts:
                    FindEntries(texts, entries, rows, segments, found);
                    break;
                case Column<long> { HasNulls: false } numbers:
                    FindNumbers<long>(column, numbers.Values, rows, segments, found);
                    break;
                case Column<int> { HasNulls: false } numbers:
                    FindNumbers<int>(column, numbers.Values, rows, segments, found);
                    break;
                default:
                    for (int i = 0; i < rows.Length; i++)
                        found[i] = Find(column, rows[i], segments);
                    break;
            }
        }
        while (_version != segments.Version);
    }

    private void Forget(SegmentOutcomes segments)
    {
        (_segments, _version) = (segments, segments.Version);
        _ofEntries.AsSpan().Fill(Unread);
        _ofNumbers.AsSpan().Fill(Unread);
    }

    private void FindEntries(Utf8Column column, TextEntries entries, ReadOnlySpan<int> rows, SegmentOutcomes segments, Span<int> found)
    {
        if (entries != _entries || entries.Stamp != _stamp)
        {
            (_entries, _stamp) = (entries, entries.Stamp);
            if (_ofEntries.Length <= entries.Count)
                _ofEntries = new int[Math.Max(entries.Count + 1, 2 * _ofEntries.Length)];
            _ofEntries.AsSpan().Fill(Unread);
        }

        ReadOnlySpan<ushort> entryOf = column.EntryOf;
        Span<int> known = _ofEntries;
        for (int i = 0; i < rows.Length; i++)
        {
            ref int position = ref known[entryOf[rows[i]]];
            if (position == Unread)
                position = Find(column, rows[i], segments);
            found[i] = position;
        }
    }

    private void FindNumbers<T>(Column column, ReadOnlySpan<T> values, ReadOnlySpan<int> rows, SegmentOutcomes segments, Span<int> found)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        for (int i = 0; i < rows.Length; i++)
        {
            long number = long.CreateTruncating(values[rows[i]]);
            int slot = (int)((ulong)number * Spread >> (64 - NumberBits));
            if (_numbers[slot] != number || _ofNumbers[slot] == Unread)
                (_numbers[slot], _ofNumbers[slot]) = (number, Find(column, rows[i], segments));
            found[i] = _ofNumbers[slot];
        }
    }

    private static int Find(Column column, int row, SegmentOutcomes segments)
    {
        Span<byte> written = stackalloc byte[64];
        ReadOnlySpan<byte> value = column is Utf8Column texts ? texts[row] : Write(column, row, written);
        if (value.IsEmpty)
            return MissingOf(segments);
        int position = segments.Find(value);
        if (position < 0)
            segments.Offer(value);
        return position < 0 ? OtherOf(segments) : position;
    }

    // Numbers as files and pipelines have them; nothing for null and NaN.
    private static ReadOnlySpan<byte> Write(Column column, int row, Span<byte> text)
    {
        if (column.IsNull(row))
            return default;
        CultureInfo culture = CultureInfo.InvariantCulture;
        int length = 0;
        switch (column)
        {
            case Column<bool> c:
                return c.Values[row] ? "true"u8 : "false"u8;
            case Column<long> { Field.Type: DataType.Int64 } c:
                c.Values[row].TryFormat(text, out length, default, culture);
                break;
            case Column<int> { Field.Type: DataType.Int32 } c:
                c.Values[row].TryFormat(text, out length, default, culture);
                break;
            case Column<float> c when !float.IsNaN(c.Values[row]):
                c.Values[row].TryFormat(text, out length, default, culture);
                break;
            case Column<double> c when !double.IsNaN(c.Values[row]):
                c.Values[row].TryFormat(text, out length, default, culture);
                break;
            case Column<decimal> c:
                c.Values[row].TryFormat(text, out length, default, culture);
                break;
            default:
                if (column.GetValue(row) is DateOnly date)
                    date.TryFormat(text, out length, "yyyy-MM-dd", culture);
                else if (column.GetValue(row) is DateTime time)
                    time.TryFormat(text, out length, "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", culture);
                break;
        }

        return text[..length];
    }
}
