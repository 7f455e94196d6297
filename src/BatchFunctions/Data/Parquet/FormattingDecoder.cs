using System.Globalization;

namespace BatchFunctions.Data.Parquet;

/// <summary>Decodes values as what they are and writes them down as invariant text.</summary>
internal sealed class FormattingDecoder(ParquetColumn source, ChunkDecoder inner, Column values) : ChunkDecoder(source)
{
    // The longest text of a value: a decimal has 29 digits, a sign and a point; a double and a timestamp have fewer characters.
    private const int LongestText = 40;

    public override void Start(ReadOnlyMemory<byte> bytes, in ParquetChunk chunk, int rows) => inner.Start(bytes, chunk, rows);

    public override void Decode(Column column, List<RecordFault> faults)
    {
        values.Reset(column.Length);
        int faultsBefore = faults.Count;
        inner.Decode(values, faults);
        if (values.HasNulls)
            values.Nulls.CopyTo(column.WritableNulls());
        Utf8Column text = (Utf8Column)column;
        switch (values)
        {
            case Column<int> { Field.Type: DataType.Date } dates:
                AppendDates(text, dates);
                break;
            case Column<long> { Field.Type: DataType.Timestamp } timestamps:
                AppendTimestamps(text, timestamps);
                break;
            case Column<bool> flags:
                for (int i = 0; i < flags.Length; i++)
                    text.Append(flags.IsNull(i) ? default : flags.Values[i] ? "true"u8 : "false"u8);
                break;
            case Column<int> numbers:
                AppendNumbers(text, numbers);
                break;
            case Column<long> numbers:
                AppendNumbers(text, numbers);
                break;
            case Column<float> numbers:
                AppendNumbers(text, numbers);
                break;
            case Column<double> numbers:
                AppendNumbers(text, numbers);
                break;
            case Column<decimal> numbers:
                AppendNumbers(text, numbers);
                break;
        }

        // The inner decoder names its own type, not the text that was asked for.
        for (int i = faultsBefore; i < faults.Count; i++)
            faults[i] = faults[i] with { Column = column.Field.Name };
    }

    public override void Release()
    {
        inner.Release();
        values.Release();
    }

    private static void AppendNumbers<T>(Utf8Column text, Column<T> numbers)
        where T : unmanaged, IUtf8SpanFormattable
    {
        Span<T> values = numbers.Values;
        for (int i = 0; i < values.Length; i++)
        {
            int written = 0;
            if (!numbers.IsNull(i))
                values[i].TryFormat(text.Claim(LongestText), out written, default, CultureInfo.InvariantCulture);
            text.AppendClaimed(written);
        }
    }

    private static void AppendDates(Utf8Column text, Column<int> dates)
    {
        for (int i = 0; i < dates.Length; i++)
        {
            int written = 0;
            if (!dates.IsNull(i) && !TryDate(dates.Values[i], text.Claim(LongestText), out written))
                dates.Values[i].TryFormat(text.Claim(LongestText), out written, default, CultureInfo.InvariantCulture);
            text.AppendClaimed(written);
        }
    }

    private static void AppendTimestamps(Utf8Column text, Column<long> timestamps)
    {
        for (int i = 0; i < timestamps.Length; i++)
        {
            int written = 0;
            if (!timestamps.IsNull(i) && !TryTimestamp(timestamps.Values[i], text.Claim(LongestText), out written))
                timestamps.Values[i].TryFormat(text.Claim(LongestText), out written, default, CultureInfo.InvariantCulture);
            text.AppendClaimed(written);
        }
    }

    private static bool TryDate(int days, Span<byte> room, out int written)
    {
        written = 0;
        return CalendarValues.TryDate(days, out DateOnly date) && date.TryFormat(room, out written, "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static bool TryTimestamp(long microseconds, Span<byte> room, out int written)
    {
        written = 0;
        return CalendarValues.TryTimestamp(microseconds, out DateTime time)
            && time.TryFormat(room, out written, "yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture);
    }
}
