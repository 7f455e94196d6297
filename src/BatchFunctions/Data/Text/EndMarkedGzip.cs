using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace BatchFunctions.Data.Text;

/// <summary>
/// Compressed bytes with a compressed mark put behind them. A gzip file may be several compressed files end to end, so that the text of
/// a whole one ends with the mark, while the mark is lost on one that was cut off. The framework's decompressor takes that for an
/// ordinary end.
/// </summary>
internal sealed class EndMarkedGzip(Stream compressed) : Stream
{
    private static readonly byte[] MarkBytes = SHA256.HashData(Encoding.ASCII.GetBytes("end of text"))[..16];

    private static readonly byte[] CompressedMark = Compress(MarkBytes);

    private int _markRead;

    /// <summary>What a whole text ends with.</summary>
    public static ReadOnlySpan<byte> Mark => MarkBytes;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => compressed.Read(buffer) is > 0 and int read ? read : ReadMark(buffer);

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        await compressed.ReadAsync(buffer, cancellationToken) is > 0 and int read ? read : ReadMark(buffer.Span);

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await compressed.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            compressed.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] Compress(byte[] text)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(text);
        return compressed.ToArray();
    }

    private int ReadMark(Span<byte> buffer)
    {
        int length = Math.Min(buffer.Length, CompressedMark.Length - _markRead);
        CompressedMark.AsSpan(_markRead, length).CopyTo(buffer);
        _markRead += length;
        return length;
    }
}
