namespace BatchFunctions.Data.Text;

/// <summary>Reads a chunk of a file and scans it from every state that may be in front of it; its memory is used again.</summary>
internal sealed class ChunkScan(RecordFraming framing)
{
    private readonly BoundaryLane[] _lanes = new BoundaryLane[BoundaryScanner.States];
    private byte[] _bytes = [];

    /// <summary>The chunk's bytes, without the file's byte order mark.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>Where <see cref="Bytes"/> start in the file.</summary>
    public long Offset { get; private set; }

    /// <summary>Whether the store did not answer at once, as one beyond a network.</summary>
    public bool CameLate { get; private set; }

    /// <summary>The state behind the chunk and the records that ended by then.</summary>
    /// <param name="before">The same in front of the chunk.</param>
    public BoundaryLane Behind(BoundaryLane before) =>
        new(_lanes[(int)before.State].State, before.Records + _lanes[(int)before.State].Records);

    /// <summary>Reads and scans.</summary>
    public async Task<ChunkScan> RunAsync(SourceFile file, long offset, int length, CancellationToken cancellationToken)
    {
        if (_bytes.Length < length)
            _bytes = GC.AllocateUninitializedArray<byte>(length);
        ValueTask read = file.Store.ReadAsync(file.Key, offset, _bytes.AsMemory(0, length), file.ETag, cancellationToken);
        CameLate = !read.IsCompleted;
        await read;
        int skip = offset == 0 && _bytes.AsSpan(0, length).StartsWith(RecordFraming.ByteOrderMark) ? RecordFraming.ByteOrderMark.Length : 0;
        (Bytes, Offset) = (_bytes.AsMemory(skip, length - skip), offset + skip);
        BoundaryScanner.RunAll(framing, Bytes.Span, _lanes);
        return this;
    }
}
