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
    private readonly Stream _stream;
    private readonly ParquetWriterMemory _memory;
    private readonly bool _ownsMemory;
    private readonly List<(int Rows, WrittenChunk[] Chunks)> _groups = [];
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
    }

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The columns are not those of the schema, or not <paramref name="rows"/> long.</exception>
    public async ValueTask WriteAsync(IReadOnlyList<Column> columns, int rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ObjectDisposedException.ThrowIf(_completed, this);
        _memory.Check(columns, rows);
        for (int start = 0; start < rows;)
        {
            int left = rows - start;
            if (_waitingRows == 0 && left >= _memory.RowGroupRows)
            {
                await WriteRowGroupAsync(columns, start, _memory.RowGroupRows, cancellationToken);
                start += _memory.RowGroupRows;
                continue;
            }

            int count = Math.Min(left, _memory.RowGroupRows - _waitingRows);
            Keep(columns, start, count);
            start += count;
            if (_waitingRows == _memory.RowGroupRows)
                await WriteWaitingAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        if (_waitingRows > 0)
            await WriteWaitingAsync(cancellationToken);
        ArrayBufferWriter<byte> footer = new();
        if (_position == 0)
            footer.Write(Magic);
        int start = footer.WrittenCount;
        FooterWriter.Write(footer, _memory.Encoders, _groups, _memory.Chunk.Codec);
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

    private void Keep(IReadOnlyList<Column> columns, int start, int count)
    {
        Column[] waiting = _memory.Waiting;
        for (int i = 0; i < waiting.Length && _waitingRows == 0; i++)
            waiting[i].Reset(_memory.RowGroupRows);
        for (int i = 0; i < waiting.Length; i++)
            WaitingRows.Append(waiting[i], _waitingRows, columns[i], start, count);
        _waitingRows += count;
    }

    private async ValueTask WriteWaitingAsync(CancellationToken cancellationToken)
    {
        await WriteRowGroupAsync(_memory.Waiting, 0, _waitingRows, cancellationToken);
        _waitingRows = 0;
    }

    private async ValueTask WriteRowGroupAsync(IReadOnlyList<Column> columns, int start, int rows, CancellationToken cancellationToken)
    {
        if (_position == 0)
        {
            await _stream.WriteAsync(Magic.ToArray(), cancellationToken);
            _position = Magic.Length;
        }

        WrittenChunk[] chunks = new WrittenChunk[_memory.Encoders.Length];
        for (int i = 0; i < chunks.Length; i++)
        {
            ColumnEncoder encoder = _memory.Encoders[i];
            _memory.Chunk.Clear();
            encoder.Encode(columns[i], start, rows, _memory.Chunk);
            (byte[]? smallest, byte[]? largest) = encoder.Bounds();
            chunks[i] = _memory.Chunk.Describe(_position, rows, encoder.Nulls, encoder.Encoding, smallest, largest);
            await _stream.WriteAsync(_memory.Chunk.Bytes, cancellationToken);
            _position += _memory.Chunk.Bytes.Length;
        }

        _groups.Add((rows, chunks));
    }
}
