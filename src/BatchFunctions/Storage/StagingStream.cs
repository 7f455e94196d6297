namespace BatchFunctions.Storage;

/// <summary>
/// The file behind an object in the making: a full disk while writing to it is told as such, and a writer that closes its stream when
/// it is done does no harm.
/// </summary>
internal sealed class StagingStream : Stream
{
    private const int BufferSize = 128 * 1024;
    private readonly FileStream _file;
    private readonly string _path;

    private StagingStream(FileStream file, string path)
    {
        _file = file;
        _path = path;
    }

    /// <inheritdoc/>
    public override bool CanRead => _file.CanRead;

    /// <inheritdoc/>
    public override bool CanSeek => _file.CanSeek;

    /// <inheritdoc/>
    public override bool CanWrite => _file.CanWrite;

    /// <inheritdoc/>
    public override long Length => _file.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _file.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Makes a file that must not exist yet.</summary>
    public static StagingStream Create(string path, FileOptions options = FileOptions.None) =>
        new(new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, BufferSize, options), path);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _file.Write(buffer);
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw Failed(exception);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await _file.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw Failed(exception);
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        try
        {
            _file.Flush();
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw Failed(exception);
        }
    }

    /// <inheritdoc/>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _file.FlushAsync(cancellationToken);
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw Failed(exception);
        }
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
    {
        try
        {
            return _file.Seek(offset, origin);
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw Failed(exception);
        }
    }

    /// <inheritdoc/>
    public override void SetLength(long value)
    {
        try
        {
            _file.SetLength(value);
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw Failed(exception);
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => _file.Read(buffer);

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _file.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Makes what was flushed survive a loss of power.</summary>
    public void FlushToDisk()
    {
        try
        {
            _file.Flush(flushToDisk: true);
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw Failed(exception);
        }
    }

    /// <summary>Closes the file, whatever of it could still be written. Disposing of the stream alone leaves it open for the commit.</summary>
    public void Release()
    {
        try
        {
            _file.Dispose();
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            // What matters was flushed before; what was not is thrown away with the file.
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _file.CanWrite)
            Flush();
        base.Dispose(disposing);
    }

    // The file's own name is of no use to anybody.
    private BatchFunctionsException Failed(Exception exception) =>
        FileErrors.Translate(exception, Path.GetDirectoryName(_path)!, "cannot be written to");
}
