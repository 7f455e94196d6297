using System.Buffers;
using System.Buffers.Binary;

namespace BatchFunctions.Data.Parquet;

/// <summary>
/// Writes batches as a Parquet file. Row groups are cut after a fixed number of rows, whatever the batches' sizes, and nothing else goes
/// into the file, so that the same rows give the same bytes. Integers, dates and timestamps are delta-encoded, text goes through a
/// dictionary where that pays, the rest is plain; every page carries its checksum. Not for use by several threads.
/// </summary>
public sealed class ParquetRecordWriter : IRecordWriter
{
    private static readonly byte[] Magic = [.. "PAR1"u8];

    private readonly Stream _stream;
    private readonly ParquetWriterMemory _memory;
    private readonly bool _ownsMemory;
    private IReadOnlyList<Column> _group = [];
    private int _groupStart;
    private int _groupRows;
    private int _groupColumns;
    private int _waitingRows;
    private long _position;
    private bool _completed;

    /// <summary>Makes a writer. Nothing is written before the first row group is full or the file is completed.</summary>
    /// <param name="stream">Where the file goes, from its first byte on; it need not be seekable and stays open.</param>
    /// <param name="schema">The file's columns, at least one.</param>
    /// <param name="options">How it is written.</param>
    /// <exception cref="ArgumentException">There is no column, a required column is not in the schema, or row groups would have no rows.</exception>
    public ParquetRecordWriter(Stream stream, Schema schema, ParquetWriterOptions options)
        : this(stream, new ParquetWriterMemory(schema, options)) => _ownsMemory = true;

    /// <summary>Makes a writer that works in memory which the caller keeps for the next one.</summary>
    internal ParquetRecordWriter(Stream stream, ParquetWriterMemory memory)
    {
        ArgumentNullException.ThrowIfNull(stream);
        (_stream, _memory) = (stream, memory);
        _memory.Footer.Clear();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The columns are not those of the schema, or not <paramref name="rows"/> long.</exception>
    public ValueTask WriteAsync(IReadOnlyList<Column> columns, int rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ObjectDisposedException.ThrowIf(_completed, this);
        _memory.Check(columns, rows);

        // A stream that takes what it is given at once, as a file does, costs no task.
        for (int start = 0; start < rows;)
        {
            start += Take(columns, start, rows - start);
            ValueTask write = WriteRowGroupAsync(cancellationToken);
            if (!write.IsCompletedSuccessfully)
                return WriteRestAsync(write, columns, start, rows, cancellationToken);
            write.GetAwaiter().GetResult();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        (_group, _groupStart, _groupRows, _waitingRows) = (_memory.Waiting, 0, _waitingRows, 0);
        await WriteRowGroupAsync(cancellationToken);
        ArrayBufferWriter<byte> footer = new();
        if (_position == 0)
            footer.Write(Magic);
        int start = footer.WrittenCount;
        _memory.Footer.Write(footer);
        BinaryPrimitives.WriteInt32LittleEndian(footer.GetSpan(sizeof(int)), footer.WrittenCount - start);
        footer.Advance(sizeof(int));
        footer.Write(Magic);
        await _stream.WriteAsync(footer.WrittenMemory, cancellationToken);
        await _stream.FlushAsync(cancellationToken);
        _completed = true;
    }

    /// <inheritdoc/>
    /// <remarks>Completes nothing: a file that was not completed has no footer.</remarks>
    public ValueTask DisposeAsync()
    {
        _completed = true;
        if (_ownsMemory)
            _memory.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask WriteRestAsync(ValueTask write, IReadOnlyList<Column> columns, int start, int rows, CancellationToken cancellationToken)
    {
        await write;
        while (start < rows)
        {
            start += Take(columns, start, rows - start);
            await WriteRowGroupAsync(cancellationToken);
        }
    }

    /// <summary>Makes a row group of rows, in place where there are enough of them, or keeps them until there are.</summary>
    /// <returns>How many were taken.</returns>
    private int Take(IReadOnlyList<Column> columns, int start, int left)
    {
        if (_waitingRows == 0 && left >= _memory.RowGroupRows)
        {
            (_group, _groupStart, _groupRows) = (columns, start, _memory.RowGroupRows);
            return _memory.RowGroupRows;
        }

        int count = Math.Min(left, _memory.RowGroupRows - _waitingRows);
        Column[] waiting = _memory.Waiting;
        for (int i = 0; i < waiting.Length && _waitingRows == 0; i++)
            waiting[i].Reset(_memory.RowGroupRows);
        for (int i = 0; i < waiting.Length; i++)
            WaitingRows.Append(waiting[i], _waitingRows, columns[i], start, count);
        _waitingRows += count;
        if (_waitingRows == _memory.RowGroupRows)
            (_group, _groupStart, _groupRows, _waitingRows) = (waiting, 0, _waitingRows, 0);
        return count;
    }

    /// <summary>Writes the row group at hand, if there is one.</summary>
    private ValueTask WriteRowGroupAsync(CancellationToken cancellationToken)
    {
        while (_groupRows > 0)
        {
            ValueTask write = _stream.WriteAsync(NextBytes(), cancellationToken);
            if (!write.IsCompletedSuccessfully)
                return WriteRestOfRowGroupAsync(write, cancellationToken);
            write.GetAwaiter().GetResult();
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask WriteRestOfRowGroupAsync(ValueTask write, CancellationToken cancellationToken)
    {
        await write;
        while (_groupRows > 0)
            await _stream.WriteAsync(NextBytes(), cancellationToken);
    }

    /// <summary>The bytes to write next: the file's first ones, or a column of the row group at hand, which goes with its last column.</summary>
    private ReadOnlyMemory<byte> NextBytes()
    {
        if (_position == 0)
        {
            _position = Magic.Length;
            return Magic;
        }

        ColumnEncoder encoder = _memory.Encoders[_groupColumns];
        ChunkBuilder chunk = _memory.Chunk;
        chunk.Clear();
        encoder.Encode(_group[_groupColumns], _groupStart, _groupRows, chunk);
        _memory.Footer.Add(chunk.Describe(_position, _groupRows, encoder));
        _position += chunk.Bytes.Length;
        if (++_groupColumns == _memory.Encoders.Length)
        {
            _memory.Footer.EndRowGroup(_groupRows);
            (_groupColumns, _groupRows) = (0, 0);
        }

        return chunk.Bytes;
    }
}
