using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using BatchFunctions.Data;

namespace BatchFunctions.Scoring;

/// <summary>Writes rejects as JSON Lines: position, raw record and reason of each record that could not be scored.</summary>
internal sealed class RejectWriter : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly List<RecordFault> _faults = [];
    private readonly List<(int Row, int Start, int Length)> _lines = [];
    private readonly Utf8JsonWriter _json;

    public RejectWriter() => _json = new Utf8JsonWriter(_buffer, Options);

    /// <summary>Whether nothing was taken since the last call of <see cref="Flush"/>.</summary>
    public bool IsEmpty => _lines.Count == 0;

    /// <summary>Takes a record of the batch at hand.</summary>
    /// <param name="file">The record's file.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="fault">The first fault that was found; its row is that of the batch as it was read.</param>
    /// <param name="row">The row at which the record's values are now.</param>
    public void Add(string file, RecordBatch batch, in RecordFault fault, int row)
    {
        int start = _buffer.WrittenCount;
        _json.Reset(_buffer);
        _json.WriteStartObject();
        _json.WriteString("file", file);
        _json.WriteNumber("record", batch.RecordNumber(fault.Row));
        if (batch.ByteOffset(fault.Row) is { } offset)
            _json.WriteNumber("byte_offset", offset);
        _json.WriteString("code", fault.Code);
        if (fault.Column is not null)
            _json.WriteString("column", fault.Column);
        _json.WriteString("reason", fault.Reason);
        if (batch is { HasRaw: true, RawForm: { } form })
            WriteForm(form);
        if (batch.HasRaw)
            WriteRaw(batch.Raw(fault.Row), isCut: fault is { Code: FaultCodes.TooLong, Column: null });
        else
            ValuesJson.Write(_json, "values", batch.Columns, row);
        _json.WriteEndObject();
        _json.Flush();
        _buffer.Write("\n"u8);
        _faults.Add(fault);
        _lines.Add((fault.Row, start, _buffer.WrittenCount - start));
    }

    /// <summary>Gives what was taken since the last call as faults, in the order of the records, instead of writing it.</summary>
    public IReadOnlyList<RecordFault> TakeFaults()
    {
        RecordFault[] faults = [.. _faults.OrderBy(f => f.Row)];
        Clear();
        return faults;
    }

    /// <summary>Writes what was taken since the last call, in the order of the records.</summary>
    /// <returns>The number of lines written.</returns>
    public int Flush(Stream stream)
    {
        if (_lines.Count == 0)
            return 0;
        int written = _lines.Count;
        _lines.Sort();
        foreach ((_, int start, int length) in _lines)
            stream.Write(_buffer.WrittenSpan.Slice(start, length));
        Clear();
        return written;
    }

    public void Dispose() => _json.Dispose();

    private void Clear()
    {
        _faults.Clear();
        _lines.Clear();
        _buffer.ResetWrittenCount();
    }

    private void WriteForm(RawForm form)
    {
        _json.WriteString("raw_format", form.Format == FileFormat.Csv ? "csv" : "jsonl");
        if (form.Header is not null)
            _json.WriteString("raw_header", form.Header);
    }

    private void WriteRaw(ReadOnlySpan<byte> raw, bool isCut)
    {
        if (isCut)
            _json.WriteBoolean("raw_truncated", true);
        if (Utf8.IsValid(raw))
            _json.WriteString("raw", raw);
        else
            _json.WriteBase64String("raw_base64", raw);
    }
}
