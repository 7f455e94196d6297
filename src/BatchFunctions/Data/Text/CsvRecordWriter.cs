using System.Buffers;
using System.Globalization;
using System.Text;

namespace BatchFunctions.Data.Text;

/// <summary>
/// Writes CSV as RFC 4180 has it, but with a line feed alone: UTF-8 without a byte order mark, a header, quotes only where they are needed. Null
/// is the empty field, the empty text is <c>""</c>; numbers are the shortest text that reads back as the same number, dates are ISO 8601, times too, in
/// UTC with <c>Z</c>.
/// </summary>
/// <remarks>
/// Where there is only one column, null is written as <c>""</c> like the empty text, since an empty line is no record. Numbers that are not finite are <c>NaN</c>,
/// <c>Infinity</c> and <c>-Infinity</c>.
/// </remarks>
public sealed class CsvRecordWriter : IRecordWriter
{
    private const int FlushBytes = 1 << 16;

    /// <summary>More than any value of fixed width needs as text.</summary>
    private const int ValueBytes = 64;

    private readonly Schema _schema;
    private readonly SearchValues<byte> _special;
    private readonly byte _separator;
    private readonly Stream _stream;
    private byte[] _buffer;
    private int _length;

    /// <summary>Makes a writer of records with the columns of <paramref name="schema"/>; the header is written with the first bytes.</summary>
    /// <param name="stream">Where the bytes go; it stays open.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="separator">The byte between two fields.</param>
    public CsvRecordWriter(Stream stream, Schema schema, byte separator = (byte)',')
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(schema);
        (_stream, _schema, _separator) = (stream, schema, separator);
        _special = SearchValues.Create([separator, RecordFraming.Quote, RecordFraming.LineFeed, RecordFraming.Return]);
        _buffer = ArrayPool<byte>.Shared.Rent(FlushBytes * 2);
        for (int i = 0; i < schema.Count; i++)
        {
            WriteText(Encoding.UTF8.GetBytes(schema[i].Name));
            EndField(i);
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(IReadOnlyList<Column> columns, int rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count != _schema.Count)
            throw new ArgumentException($"There are {columns.Count} columns where the file has {_schema.Count}.", nameof(columns));
        for (int row = 0; row < rows;)
        {
            row = WriteRows(columns, row, rows);
            if (_length >= FlushBytes)
                await FlushAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        byte[] buffer = _buffer;
        (_buffer, _length) = ([], 0);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        return ValueTask.CompletedTask;
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(_buffer.AsMemory(0, _length), cancellationToken);
        _length = 0;
    }

    /// <summary>Writes rows until there is enough to flush.</summary>
    /// <returns>The first row not written.</returns>
    private int WriteRows(IReadOnlyList<Column> columns, int row, int rows)
    {
        for (; row < rows && _length < FlushBytes; row++)
        {
            for (int i = 0; i < columns.Count; i++)
            {
                WriteValue(columns[i], row);
                EndField(i);
            }
        }

        return row;
    }

    private void WriteValue(Column column, int row)
    {
        if (column.IsNull(row))
        {
            if (_schema.Count == 1)
                WriteText(default);
            return;
        }

        switch (column)
        {
            case Utf8Column text:
                WriteText(text[row]);
                break;
            case Column<long> { Field.Type: DataType.Timestamp } times:
                WriteTime(times.Values[row], column.Field);
                break;
            case Column<int> { Field.Type: DataType.Date } dates:
                WriteDate(dates.Values[row], column.Field);
                break;
            case Column<double> numbers:
                WriteNumber(numbers.Values[row]);
                break;
            case Column<float> numbers:
                WriteNumber(numbers.Values[row]);
                break;
            case Column<long> numbers:
                WriteNumber(numbers.Values[row]);
                break;
            case Column<int> numbers:
                WriteNumber(numbers.Values[row]);
                break;
            case Column<decimal> numbers:
                WriteNumber(numbers.Values[row]);
                break;
            case Column<bool> marks:
                WriteBytes(marks.Values[row] ? "true"u8 : "false"u8);
                break;
            default:
                throw new ArgumentException($"CSV has no values of the type of the column '{column.Field.Name}'.", nameof(column));
        }
    }

    private void WriteNumber<T>(T value)
        where T : unmanaged, IUtf8SpanFormattable
    {
        Reserve(ValueBytes);
        value.TryFormat(_buffer.AsSpan(_length), out int written, default, CultureInfo.InvariantCulture);
        _length += written;
    }

    private void WriteDate(int days, Field field)
    {
        DateTime day = ToDateTime(days * TimeSpan.TicksPerDay, field);
        Reserve(ValueBytes);
        day.TryFormat(_buffer.AsSpan(_length), out int written, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        _length += written;
    }

    private void WriteTime(long microseconds, Field field)
    {
        if (Math.Abs(microseconds / TimeSpan.MicrosecondsPerDay) > TimeSpan.MaxValue.Days)
            throw OutOfCalendar(field);
        DateTime time = ToDateTime(microseconds * TimeSpan.TicksPerMicrosecond, field);
        string format = time.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.ffffffZ";
        Reserve(ValueBytes);
        time.TryFormat(_buffer.AsSpan(_length), out int written, format, CultureInfo.InvariantCulture);
        _length += written;
    }

    private static DateTime ToDateTime(long ticks, Field field)
    {
        if (ticks < DateTime.MinValue.Ticks - DateTime.UnixEpoch.Ticks || ticks > DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks)
            throw OutOfCalendar(field);
        return DateTime.UnixEpoch.AddTicks(ticks);
    }

    private static BatchFunctionsException OutOfCalendar(Field field) =>
        new(ErrorKind.Request, $"The column '{field.Name}' has a {CsvCells.TypeName(field.Type)} before the year 1 or after 9999, which CSV cannot hold. Leave the column out or write Parquet.");

    private void WriteText(ReadOnlySpan<byte> text)
    {
        int special = text.IndexOfAny(_special);
        if (special < 0 && !text.IsEmpty)
        {
            WriteBytes(text);
            return;
        }

        Reserve((text.Length * 2) + 2);
        _buffer[_length++] = RecordFraming.Quote;
        while (text.IndexOf(RecordFraming.Quote) is >= 0 and int quote)
        {
            WriteBytes(text[..(quote + 1)]);
            _buffer[_length++] = RecordFraming.Quote;
            text = text[(quote + 1)..];
        }

        WriteBytes(text);
        Reserve(1);
        _buffer[_length++] = RecordFraming.Quote;
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length + 1);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void EndField(int field)
    {
        Reserve(1);
        _buffer[_length++] = field == _schema.Count - 1 ? RecordFraming.LineFeed : _separator;
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _length >= bytes)
            return;
        byte[] wider = ArrayPool<byte>.Shared.Rent(checked(Math.Max(_buffer.Length * 2, _length + bytes)));
        _buffer.AsSpan(0, _length).CopyTo(wider);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = wider;
    }
}
