using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace BatchFunctions.Data.Parquet;

/// <summary>
/// Writes batches as a Parquet file. Row groups are cut after a fixed number of rows, whatever the batches' sizes, and nothing else goes
/// into the file, so that the same rows give the same bytes. Integers, dates and timestamps are delta-encoded, text goes through a
/// dictionary where that pays, the rest is plain; every page carries its checksum. Not for use by several threads.
/// </summary>
public sealed class ParquetRecordWriter : IRecordWriter
{
    private readonly Stream _stream;
    private readonly Schema _schema;
    private readonly int _rowGroupRows;
    private readonly ColumnEncoder[] _encoders;
    private readonly ChunkBuilder _chunk;
    private readonly List<(int Rows, WrittenChunk[] Chunks)> _groups = [];
    private Column[]? _waiting;
    private int _waitingRows;
    private long _position;
    private bool _completed;

    /// <summary>Makes a writer. Nothing is written before the first row group is full or the file is completed.</summary>
    /// <param name="stream">Where the file goes, from its first byte on; it need not be seekable and stays open.</param>
    /// <param name="schema">The file's columns, at least one.</param>
    /// <param name="options">How it is written.</param>
    /// <exception cref="ArgumentException">There is no column, a required column is not in the schema, or row groups would have no rows.</exception>
    public ParquetRecordWriter(Stream stream, Schema schema, ParquetWriterOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.RowGroupRows, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.RowGroupRows, ParquetLimits.RowsPerRowGroup, nameof(options));
        if (schema.Count == 0)
            throw new ArgumentException("A Parquet file needs at least one column.", nameof(schema));
        if (options.Required.FirstOrDefault(name => schema.IndexOf(name) < 0) is { } unknown)
            throw new ArgumentException($"The required column '{unknown}' is not in the schema.", nameof(options));
        _stream = stream;
        _schema = schema;
        _rowGroupRows = options.RowGroupRows;
        _encoders = [.. schema.Select(f => ColumnEncoder.Create(f, !options.Required.Contains(f.Name)))];
        _chunk = new ChunkBuilder(options.Compression);
    }

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The columns are not those of the schema, or not <paramref name="rows"/> long.</exception>
    public async ValueTask WriteAsync(IReadOnlyList<Column> columns, int rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ObjectDisposedException.ThrowIf(_completed, this);
        Check(columns, rows);
        for (int start = 0; start < rows;)
        {
            int left = rows - start;
            if (_waitingRows == 0 && left >= _rowGroupRows)
            {
                await WriteRowGroupAsync(columns, start, _rowGroupRows, cancellationToken);
                start += _rowGroupRows;
                continue;
            }

            int count = Math.Min(left, _rowGroupRows - _waitingRows);
            Keep(columns, start, count);
            start += count;
            if (_waitingRows == _rowGroupRows)
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
        FooterWriter.Write(footer, _encoders, _groups, _chunk.Codec);
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
        _chunk.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Check(IReadOnlyList<Column> columns, int rows)
    {
        if (columns.Count != _schema.Count)
            throw new ArgumentException($"{columns.Count} columns were given, but the file has {_schema.Count}.", nameof(columns));
        for (int i = 0; i < columns.Count; i++)
            if (columns[i].Field.Type != _schema[i].Type || columns[i].Length != rows)
                throw new ArgumentException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The column '{_schema[i].Name}' needs {rows} values of type {_schema[i].Type}, but {columns[i].Length} of type {columns[i].Field.Type} were given."),
                    nameof(columns));
    }

    private void Keep(IReadOnlyList<Column> columns, int start, int count)
    {
        _waiting ??= [.. _schema.Select(Column.Create)];
        for (int i = 0; i < _waiting.Length && _waitingRows == 0; i++)
            _waiting[i].Reset(_rowGroupRows);
        for (int i = 0; i < _waiting.Length; i++)
            WaitingRows.Append(_waiting[i], _waitingRows, columns[i], start, count);
        _waitingRows += count;
    }

    private async ValueTask WriteWaitingAsync(CancellationToken cancellationToken)
    {
        await WriteRowGroupAsync(_waiting!, 0, _waitingRows, cancellationToken);
        _waitingRows = 0;
    }

    private async ValueTask WriteRowGroupAsync(IReadOnlyList<Column> columns, int start, int rows, CancellationToken cancellationToken)
    {
        if (_position == 0)
        {
            await _stream.WriteAsync(Magic.ToArray(), cancellationToken);
            _position = Magic.Length;
        }

        WrittenChunk[] chunks = new WrittenChunk[_encoders.Length];
        for (int i = 0; i < chunks.Length; i++)
        {
            ColumnEncoder encoder = _encoders[i];
            _chunk.Clear();
            encoder.Encode(columns[i], start, rows, _chunk);
            (byte[]? smallest, byte[]? largest) = encoder.Bounds();
            chunks[i] = _chunk.Describe(_position, rows, encoder.Nulls, encoder.Encoding, smallest, largest);
            await _stream.WriteAsync(_chunk.Bytes, cancellationToken);
            _position += _chunk.Bytes.Length;
        }

        _groups.Add((rows, chunks));
    }
}
