using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Metrics.Evaluations;

namespace BatchFunctions.Scoring;

/// <summary>Finds for each record which segment of a column it is in.</summary>
internal static class SegmentReader
{
    /// <summary>The segment of a record without a value: the number behind those told apart.</summary>
    public static int MissingOf(SegmentOutcomes segments) => segments.Count;

    /// <summary>The segment of a record whose value is not told apart.</summary>
    public static int OtherOf(SegmentOutcomes segments) => segments.Count + 1;

    /// <summary>Finds the segments of some records, and begins to tell values apart that are new and among the first.</summary>
    /// <param name="column">The column.</param>
    /// <param name="rows">The records' rows in it.</param>
    /// <param name="segments">The segments so far.</param>
    /// <param name="found">Where the segments' positions go, valid until a value is told apart that was not before.</param>
    public static void Find(Column column, ReadOnlySpan<int> rows, SegmentOutcomes segments, Span<int> found)
    {
        // A new value moves the positions of those behind it.
        while (!TryFind(column, rows, segments, found))
        {
        }
    }

    private static bool TryFind(Column column, ReadOnlySpan<int> rows, SegmentOutcomes segments, Span<int> found)
    {
        Span<byte> written = stackalloc byte[64];
        (int missing, int other) = (MissingOf(segments), OtherOf(segments));
        bool isUnchanged = true;
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<byte> value = column is Utf8Column texts ? texts[rows[i]] : Write(column, rows[i], written);
            if (value.IsEmpty)
            {
                found[i] = missing;
                continue;
            }

            int position = segments.Find(value);
            if (position < 0 && segments.Offer(value))
                isUnchanged = false;
            found[i] = position < 0 ? other : position;
        }

        return isUnchanged;
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
