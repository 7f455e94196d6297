using System.Buffers;
using System.Globalization;
using BatchFunctions.Storage;

namespace BatchFunctions.Data.Parquet;

/// <summary>
/// Reads segments of Parquet files: a row group's bytes with as few reads of the store as the wanted columns allow, and from there its rows, as many at a time as stay in
/// the cache until they are scored.
/// </summary>
internal sealed class ParquetRecordReader(ParquetFormat format, Schema wanted, int batchRows, bool fillsAbsentColumns = false, IReadOnlyList<string>? nullTexts = null) : IRecordReader
{
    private readonly PageBuffers _buffers = new();
    private readonly ChunkRanges _ranges = new();
    private readonly ParquetColumn[] _sources = new ParquetColumn[wanted.Count];
    private readonly ChunkDecoder?[] _decoders = new ChunkDecoder?[wanted.Count];
    private byte[] _bytes = [];
    private bool _isFilling;
    private SourceFile? _file;
    private ObjectReader? _object;
    private ParquetFooter? _footer;
    private int _next;
    private int _end;
    private int _row;

    /// <inheritdoc/>
    public async ValueTask OpenAsync(SourceFile file, Segment segment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(segment);
        Close();
        (_next, _end, _row) = (0, 0, 0);
        ParquetFooter footer = await format.FooterAsync(file, ErrorKind.Integrity, cancellationToken);
        CheckSegment(file, segment, footer);
        if (!ReferenceEquals(footer, _footer))
        {
            _footer = null;
            for (int i = 0; i < wanted.Count; i++)
                Choose(i, file, footer);
            _footer = footer;
        }

        (_file, _next, _end) = (file, (int)segment.Start, (int)(segment.Start + segment.Length));
    }

    /// <inheritdoc/>
    /// <remarks>A store that answers at once, as a local one does, costs no task.</remarks>
    public ValueTask<bool> ReadAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (_row > 0)
        {
            Decode(batch, cancellationToken);
            return ValueTask.FromResult(true);
        }

        while (_next < _end && _footer!.RowGroups[_next].Rows == 0)
            _next++;
        if (_next >= _end)
        {
            Close();
            batch.Reset(wanted, 0);
            return ValueTask.FromResult(false);
        }

        ParquetRowGroup group = _footer!.RowGroups[_next];
        PlanReads(group);
        if (_bytes.Length < _ranges.TotalLength)
        {
            ReturnBytes();
            _bytes = ArrayPool<byte>.Shared.Rent((int)_ranges.TotalLength);
        }

        _isFilling = true;
        _object ??= _file!.Open();
        for (int i = 0, position = 0; i < _ranges.Count; i++)
        {
            ValueTask read = ReadRangeAsync(i, ref position, cancellationToken);
            if (!read.IsCompletedSuccessfully)
                return ReadRestAsync(read, i + 1, position, batch, cancellationToken);
            read.GetAwaiter().GetResult();
        }

        Decode(batch, cancellationToken);
        return ValueTask.FromResult(true);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Close();
        ReturnBytes();
        foreach (ChunkDecoder? decoder in _decoders)
            decoder?.Release();
        _buffers.Dispose();
        return ValueTask.CompletedTask;
    }

    private void ReturnBytes()
    {
        // A read that was given up may still write to them.
        if (_bytes.Length > 0 && !_isFilling)
            ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _isFilling) = ([], false);
    }

    private void Close()
    {
        _object?.Dispose();
        _object = null;
    }

    private ValueTask ReadRangeAsync(int index, ref int position, CancellationToken cancellationToken)
    {
        (long offset, int length) = _ranges[index];
        Memory<byte> room = _bytes.AsMemory(position, length);
        position += length;
        return _object!.ReadAsync(offset, room, cancellationToken);
    }

    private async ValueTask<bool> ReadRestAsync(
        ValueTask read, int next, int position, RecordBatch batch, CancellationToken cancellationToken)
    {
        await read;
        for (; next < _ranges.Count; next++)
            await ReadRangeAsync(next, ref position, cancellationToken);
        Decode(batch, cancellationToken);
        return true;
    }

    private static void CheckSegment(SourceFile file, Segment segment, ParquetFooter footer)
    {
        bool inside = segment.Start >= 0 && segment.Length >= 0 && segment.Start <= footer.RowGroups.Count - segment.Length;
        long first = inside && segment.Length > 0 ? footer.RowGroups[(int)segment.Start].FirstRow : segment.FirstRecord;
        long rows = 0;
        for (long g = segment.Start; inside && g < segment.Start + segment.Length; g++)
            rows += footer.RowGroups[(int)g].Rows;
        if (!inside || first != segment.FirstRecord || rows != (segment.Records ?? rows))
            throw new BatchFunctionsException(
                ErrorKind.Integrity, $"The file '{file}' no longer has the row groups that the plan was made for. Start a new job.");
    }

    private void Choose(int index, SourceFile file, ParquetFooter footer)
    {
        Field field = wanted[index];
        ParquetColumn source = footer.Find(field.Name) ?? (fillsAbsentColumns ? ParquetColumn.Absent(field.Name) : throw Missing(field, file, footer));
        if (source.Reason is not null)
            throw new BatchFunctionsException(ErrorKind.Request, $"The column '{field.Name}' of the file '{file}' {source.Reason}.");
        _sources[index] = source;
        if (_decoders[index]?.Fits(source) == true)
            return;
        _decoders[index] = ChunkDecoders.Create(source, field.Type, _buffers, nullTexts) ?? throw new BatchFunctionsException(
            ErrorKind.Request,
            $"The column '{field.Name}' is {DataTypeNames.Of(source.Type!.Value)} in the file '{file}', but {DataTypeNames.Of(field.Type)} is wanted. "
            + "Convert the column, or name the type that it has.");
    }

    private static BatchFunctionsException Missing(Field field, SourceFile file, ParquetFooter footer)
    {
        string? nearest = NearestWord.Find(field.Name, footer.Schema.Select(f => f.Name));
        string advice = nearest is not null ? $"Did you mean '{nearest}'?"
            : footer.Schema.Count == 0 ? "It has no column that can be read."
            : $"It has {string.Join(", ", footer.Schema.Take(10).Select(f => $"'{f.Name}'"))}{(footer.Schema.Count > 10 ? ", …" : ".")}";
        return new BatchFunctionsException(ErrorKind.Request, $"The file '{file}' has no column '{field.Name}'. {advice}");
    }

    private void PlanReads(ParquetRowGroup group)
    {
        try
        {
            if (group.Rows > ParquetLimits.RowsPerRowGroup)
                throw new UnsupportedParquetException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"has {group.Rows} rows, more than the limit of {ParquetLimits.RowsPerRowGroup}; write the file with smaller row groups"));
            _ranges.Plan(group, _sources);
        }
        catch (UnsupportedParquetException e)
        {
            throw new BatchFunctionsException(ErrorKind.Request, $"Row group {_next} of the file '{_file}' {e.Message}.", e);
        }
    }

    private void Decode(RecordBatch batch, CancellationToken cancellationToken)
    {
        _isFilling = false;
        ParquetRowGroup group = _footer!.RowGroups[_next];
        int rows = (int)Math.Min(batchRows, group.Rows - _row);
        batch.Reset(wanted, rows);
        batch.FirstRecord = group.FirstRow + _row;
        for (int i = 0; i < _sources.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (_row == 0)
                    Start(i, group);
                _decoders[i]!.Decode(batch.Columns[i], batch.Faults);
            }
            catch (UnsupportedParquetException e)
            {
                throw new BatchFunctionsException(ErrorKind.Request, $"The column '{wanted[i].Name}' of the file '{_file}' {e.Message}.", e);
            }
            catch (Exception e) when (e is DamagedParquetException or IndexOutOfRangeException or ArgumentException or OverflowException)
            {
                string what = e is DamagedParquetException ? e.Message : "its pages make no sense";
                throw new BatchFunctionsException(
                    ErrorKind.Integrity,
                    $"The file '{_file}' is damaged: in row group {_next}, column '{wanted[i].Name}', {what}. Copy it again, and start a new job.",
                    e);
            }
        }

        // Faults were told column by column.
        if (batch.Faults.Count > 1 && _sources.Length > 1)
            SortByRow(batch.Faults);
        _row += rows;
        if (_row == group.Rows)
            (_row, _next) = (0, _next + 1);
    }

    private void Start(int index, ParquetRowGroup group)
    {
        ParquetChunk chunk = _sources[index].IsAbsent ? default : group.Chunks[_sources[index].Chunk];
        if (PageDecompressor.Refusal(chunk.Codec) is { } refusal)
            throw new UnsupportedParquetException(refusal);
        _decoders[index]!.Start(_bytes.AsMemory(_ranges.StartOf(index), (int)chunk.Length), chunk, (int)group.Rows);
    }

    // Stable, so that a row's faults stay in column order.
    private static void SortByRow(List<RecordFault> faults)
    {
        RecordFault[] sorted = [.. faults.OrderBy(f => f.Row)];
        faults.Clear();
        faults.AddRange(sorted);
    }
}
