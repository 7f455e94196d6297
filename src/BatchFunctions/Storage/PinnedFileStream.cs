namespace BatchFunctions.Storage;

/// <summary>Bytes of one version of a file, forward only.</summary>
internal sealed class PinnedFileStream : ForwardStream
{
    private readonly PinnedFile _file;
    private readonly long _end;
    private long _position;

    /// <summary>Takes over <paramref name="file"/> and reads it from <paramref name="start"/> up to <paramref name="end"/>.</summary>
    public PinnedFileStream(PinnedFile file, long start, long end)
    {
        _file = file;
        _position = start;
        _end = end;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, _end - _position);
        if (wanted == 0)
            return 0;
        var read = _file.Read(_position, buffer[..wanted]);
        if (read == 0)
            throw _file.TooShort(_end);
        _position += read;
        return read;
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The system has no cheaper way for files than to block; a hop to another thread would only add to it.
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file.Dispose();
        base.Dispose(disposing);
    }
}
