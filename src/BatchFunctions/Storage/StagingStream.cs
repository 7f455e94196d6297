using System.Buffers;

namespace BatchFunctions.Storage;

/// <summary>
/// The file behind an object in the making: small writes are gathered in borrowed memory, a full disk while writing is told as such, and a
/// writer that closes its stream when it is done does no harm. Not for use by several threads.
/// </summary>
internal sealed class StagingStream : Stream
{
    private const int BufferSize = 64 * 1024;
    private readonly FileStream _file;
    private readonly string _path;
    private byte[] _buffer = [];
    private int _gathered;

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
    public override long Length => Math.Max(_file.Length, Position);

    /// <inheritdoc/>
    public override long Position
    {
        get => _file.Position + _gathered;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Makes a file that must not exist yet.</summary>
    public static StagingStream Create(string path, FileOptions options = FileOptions.None) =>
        new(new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, bufferSize: 0, options), path);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > BufferSize - _gathered)
            WriteGathered();
        if (buffer.Length >= BufferSize)
        {
            WriteToFile(buffer);
            return;
        }

        if (_buffer.Length == 0)
        {
            ObjectDisposedException.ThrowIf(!_file.CanWrite, this);
            _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        }

        buffer.CopyTo(_buffer.AsSpan(_gathered));
        _gathered += buffer.Length;
    }

    /// <inheritdoc/>
    /// <remarks>The system has no cheaper way for files than to block; a hop to another thread would only add to it.</remarks>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Flush() => WriteGathered();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        WriteGathered();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
    {
        WriteGathered();
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
        WriteGathered();
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
    public override int Read(Span<byte> buffer)
    {
        WriteGathered();
        return _file.Read(buffer);
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

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

    /// <summary>Makes what was written survive a loss of power.</summary>
    public void FlushToDisk()
    {
        WriteGathered();
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
        // What matters was flushed before; what was not is thrown away with the file.
        byte[] buffer = _buffer;
        (_buffer, _gathered) = ([], 0);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        try
        {
            _file.Dispose();
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            // As above.
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _file.CanWrite)
            Flush();
        base.Dispose(disposing);
    }

    private void WriteGathered()
    {
        int gathered = _gathered;
        _gathered = 0;
        if (gathered > 0)
            WriteToFile(_buffer.AsSpan(0, gathered));
    }

    private void WriteToFile(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _file.Write(bytes);
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw Failed(exception);
        }
    }

    // The file's own name is of no use to anybody.
    private BatchFunctionsException Failed(Exception exception) =>
        FileErrors.Translate(exception, Path.GetDirectoryName(_path)!, "cannot be written to");
}
