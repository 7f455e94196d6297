namespace BatchFunctions.Data.Text;

/// <summary>
/// Reads segments of text files: cuts records batch by batch from a feed of chunks and leaves to the format what a record says.
/// How the text falls into chunks has no influence on the batches.
/// </summary>
internal abstract class TextRecordReader : IRecordReader
{
    /// <summary>
    /// A batch ends with the first record that ends behind as many bytes, so that memory is bounded whatever the number of rows asked for.
    /// </summary>
    public const int BatchBytes = 8 << 20;

    private readonly ByteFeed _feed;
    private readonly RecordFraming _framing;
    private readonly RecordIndex _index;
    private SourceFile? _file;
    private bool _isSkipping;
    private long _nextRecord;
    private Segment? _segment;
    private BoundaryState _skipState;

    private protected TextRecordReader(Schema columns, int batchRows, RecordFraming framing, int chunkBytes)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchRows, 1);
        Columns = columns;
        _framing = framing;
        _feed = new ByteFeed(chunkBytes, ahead: true);
        _index = new RecordIndex(framing, batchRows, BatchBytes);
    }

    /// <summary>The columns wanted.</summary>
    protected Schema Columns { get; }

    /// <inheritdoc/>
    public async ValueTask OpenAsync(SourceFile file, Segment segment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(segment);
        (long dataStart, int fields) = await PrepareAsync(file, cancellationToken);
        _index.ExpectedFields = fields;
        long start = Math.Max(segment.Start, dataStart);
        (_file, _segment, _nextRecord, _isSkipping) = (file, segment, segment.FirstRecord, false);
        await _feed.OpenAsync(file, start, Math.Max(0, segment.Start + segment.Length - start), cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>A store that answers at once, as a local one does, costs no task.</remarks>
    public ValueTask<bool> ReadAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (_segment is null)
            throw new InvalidOperationException("Open a segment before reading.");
        if (_isSkipping || _feed.Offset + _feed.Start == 0)
            return SkipAndReadAsync(batch, cancellationToken);
        ValueTask fill = _index.FillAsync(_feed, cancellationToken);
        if (!fill.IsCompletedSuccessfully)
            return ReadLateAsync(fill, batch);
        fill.GetAwaiter().GetResult();
        return ValueTask.FromResult(Give(batch));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _feed.DisposeAsync();

    /// <summary>Learns what the format must know of a file before any of its records is read.</summary>
    /// <returns>Where the first record starts in the text, and the fields that each record must have, or 0 for any number.</returns>
    private protected abstract ValueTask<(long DataStart, int Fields)> PrepareAsync(SourceFile file, CancellationToken cancellationToken);

    /// <summary>Decodes the records of <paramref name="index"/> into the batch's columns, and adds the faults found to the batch.</summary>
    /// <param name="batch">The batch, whose columns are as long as the index has rows.</param>
    /// <param name="index">The records.</param>
    /// <param name="bytes">The text; <see cref="ByteFeed.Slack"/> more bytes can be read behind it.</param>
    /// <param name="start">Where the batch's first byte is.</param>
    private protected abstract void Decode(RecordBatch batch, RecordIndex index, byte[] bytes, int start);

    private async ValueTask<bool> SkipAndReadAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        if (_isSkipping)
            await SkipRecordAsync(cancellationToken);
        if (_feed.Offset + _feed.Start == 0)
            await _feed.SkipByteOrderMarkAsync(cancellationToken);
        await _index.FillAsync(_feed, cancellationToken);
        return Give(batch);
    }

    private async ValueTask<bool> ReadLateAsync(ValueTask fill, RecordBatch batch)
    {
        await fill;
        return Give(batch);
    }

    /// <summary>Decodes what was indexed.</summary>
    private bool Give(RecordBatch batch)
    {
        batch.Reset(Columns, _index.Rows);
        batch.FirstRecord = _nextRecord;
        if (_index.Rows > 0)
            Fill(batch);
        else
            CheckCount();
        _nextRecord += _index.Rows;
        (_isSkipping, _skipState) = (_index.IsCutShort, _index.StateBehind);
        _feed.Consume(_index.Consumed);
        return _index.Rows > 0;
    }

    private void Fill(RecordBatch batch)
    {
        int start = _feed.Start;
        batch.SetRaw(_feed.Bytes.AsMemory(start), _index.Starts, _index.Ends, _feed.Offset + start);
        Decode(batch, _index, _feed.Bytes, start);
    }

    /// <summary>Goes to the end of a record of which the last batch kept only the beginning.</summary>
    private async ValueTask SkipRecordAsync(CancellationToken cancellationToken)
    {
        _isSkipping = false;
        long ended = 0;
        do
        {
            int end = BoundaryScanner.FindEnd(_framing, _feed.Bytes.AsSpan(_feed.Start, _feed.Length), ref _skipState, ref ended, 1);
            _feed.Consume(end < 0 ? _feed.Length : end);
            if (end >= 0)
                return;
        }
        while (await _feed.MoreAsync(cancellationToken));
    }

    private void CheckCount()
    {
        if (_segment!.Records is long expected && _nextRecord - _segment.FirstRecord != expected)
            throw new BatchFunctionsException(
                ErrorKind.Integrity,
                $"{_file} has {_nextRecord - _segment.FirstRecord} records in the {_segment.Length} bytes from byte {_segment.Start} on, where "
                + $"{expected} were counted when the job was planned. Plan the job again.");
    }
}
