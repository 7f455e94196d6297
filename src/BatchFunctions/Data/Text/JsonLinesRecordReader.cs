using System.Text.Json;
using System.Text.Unicode;

namespace BatchFunctions.Data.Text;

/// <summary>Reads JSON records straight from their bytes into typed columns.</summary>
internal sealed class JsonLinesRecordReader : TextRecordReader
{
    private const int Unwanted = -1;
    private const int RememberedProperties = 256;

    private readonly JsonColumn[] _columns;
    private readonly List<(byte[] Name, int Column)> _properties = [];
    private byte[] _unescaped = [];

    internal JsonLinesRecordReader(Schema columns, int batchRows, RecordFraming framing, int chunkBytes)
        : base(columns, batchRows, framing, chunkBytes) => _columns = [.. columns.Select(JsonColumn.Create)];

    private protected override ValueTask<(long DataStart, int Fields)> PrepareAsync(SourceFile file, CancellationToken cancellationToken) => new((0, 1));

    private protected override void Decode(RecordBatch batch, RecordIndex index, byte[] bytes, int start)
    {
        ReadOnlySpan<int> starts = index.Starts.Span, ends = index.Ends.Span;
        bool isValidText = Utf8.IsValid(bytes.AsSpan(start, ends[^1]));
        int broken = 0;
        for (int row = 0; row < index.Rows; row++)
        {
            ReadOnlySpan<byte> record = bytes.AsSpan(start)[starts[row]..ends[row]];
            RecordFault? fault = null;
            if (index.FirstCuts[row] < 0)
                fault = index.Broken[broken++];
            else if (!isValidText && !Utf8.IsValid(record))
                fault = Malformed(row, "The record is not valid UTF-8.");
            else if (TryFindValues(record, row) is { } problem)
                fault = problem;
            if (fault is null)
                DecodeRow(batch, record, row);
            else
                Skip(batch, row, fault.Value);
        }
    }

    private static RecordFault Malformed(int row, string reason) => new(row, null, FaultCodes.Malformed, reason);

    private static void DecodeFault(RecordBatch batch, JsonColumn column, ReadOnlySpan<byte> value, int row) =>
        batch.Faults.Add(new RecordFault(
            row, column.Field.Name, FaultCodes.WrongType, $"The value {CsvCells.Show(value)} cannot be read as {CsvCells.TypeName(column.Field.Type)}."));

    private void DecodeRow(RecordBatch batch, ReadOnlySpan<byte> record, int row)
    {
        for (int i = 0; i < _columns.Length; i++)
        {
            JsonColumn column = _columns[i];
            JsonSlot slot = column.Slot;
            if (slot.Token is JsonTokenType.None or JsonTokenType.Null)
                column.DecodeNull(batch.Columns[i], row);
            else if (!column.Decode(record, batch.Columns[i], row))
                DecodeFault(batch, column, slot.Token == JsonTokenType.String ? record.Slice(slot.Start - 1, slot.Length + 2) : record.Slice(slot.Start, slot.Length), row);
        }
    }

    private void Skip(RecordBatch batch, int row, RecordFault fault)
    {
        batch.Faults.Add(fault);
        for (int i = 0; i < _columns.Length; i++)
            _columns[i].DecodeNull(batch.Columns[i], row);
    }

    /// <summary>Finds where in a record the wanted values stand.</summary>
    /// <returns>What is wrong with the record as a whole, or null.</returns>
    private RecordFault? TryFindValues(ReadOnlySpan<byte> record, int row)
    {
        try
        {
            return FindValues(record) ? null : Malformed(row, "The record is not a JSON object.");
        }
        catch (JsonException e)
        {
            return Malformed(row, $"The record is not valid JSON: {Shorten(e)}");
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair in an escape.
            return Malformed(row, $"The record is not valid JSON: {e.Message}");
        }
    }

    /// <summary>The reader's message without the line that it counts from the record's start, and without the advice to programmers.</summary>
    private static string Shorten(JsonException e)
    {
        int end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return $"{(end < 0 ? e.Message : e.Message[..end])} It is at byte {e.BytePositionInLine ?? 0} of the record.";
    }

    private bool FindValues(ReadOnlySpan<byte> record)
    {
        foreach (JsonColumn column in _columns)
            column.Slot = default;
        Utf8JsonReader reader = new(record, JsonSlot.ReaderOptions);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return false;
        for (int ordinal = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; ordinal++)
        {
            int column = ColumnOf(ref reader, ordinal);
            reader.Read();
            if (column == Unwanted)
                reader.Skip();
            else
                _columns[column].Slot = TakeSlot(ref reader);
        }

        // Anything behind the object is an error that the reader throws.
        reader.Read();
        return true;
    }

    private JsonSlot TakeSlot(ref Utf8JsonReader reader)
    {
        JsonTokenType token = reader.TokenType;
        int start = (int)reader.TokenStartIndex;
        if (token == JsonTokenType.String)
        {
            int length = reader.ValueSpan.Length;
            if (reader.ValueIsEscaped)
            {
                // Throws where the escapes are not text, before any column is touched.
                if (_unescaped.Length < length)
                    _unescaped = new byte[length * 2];
                reader.CopyString(_unescaped);
            }

            return new JsonSlot(token, start + 1, length, reader.ValueIsEscaped);
        }

        reader.Skip();
        return new JsonSlot(token, start, (int)reader.BytesConsumed - start, false);
    }

    /// <summary>The wanted column that a property is, guessing first that it is the one that stood in its place in an earlier record.</summary>
    private int ColumnOf(ref Utf8JsonReader reader, int ordinal)
    {
        if (ordinal < _properties.Count && reader.ValueTextEquals(_properties[ordinal].Name))
            return _properties[ordinal].Column;
        int found = _columns.Length - 1;
        while (found >= 0 && !reader.ValueTextEquals(_columns[found].Name))
            found--;
        if (ordinal == _properties.Count && ordinal < RememberedProperties && !reader.ValueIsEscaped)
            _properties.Add((reader.ValueSpan.ToArray(), found));
        return found;
    }
}
