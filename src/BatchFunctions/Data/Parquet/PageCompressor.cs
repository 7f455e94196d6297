using System.Diagnostics;
using System.IO.Compression;

namespace BatchFunctions.Data.Parquet;

/// <summary>Compresses pages. Owned by one writer; not for use by several threads.</summary>
internal sealed class PageCompressor(ParquetCompression compression) : IDisposable
{
    private const int ZstdLevel = 1;
    private readonly ZstdSharp.Compressor? _zstd = compression == ParquetCompression.Zstd ? new ZstdSharp.Compressor(ZstdLevel) : null;
    private readonly SnappyEncoder? _snappy = compression == ParquetCompression.Snappy ? new SnappyEncoder() : null;
    private readonly MemoryStream _gzip = new();
    private byte[] _room = [];

    /// <summary>The codec as the footer names it.</summary>
    public CompressionCodec Codec { get; } = compression switch
    {
        ParquetCompression.None => CompressionCodec.Uncompressed,
        ParquetCompression.Snappy => CompressionCodec.Snappy,
        ParquetCompression.Gzip => CompressionCodec.Gzip,
        ParquetCompression.Zstd => CompressionCodec.Zstd,
        _ => throw new ArgumentOutOfRangeException(nameof(compression), compression, "There is no such compression."),
    };

    /// <summary>Compresses a page.</summary>
    /// <returns>The compressed bytes; gone with the next call.</returns>
    public ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> page)
    {
        switch (Codec)
        {
            case CompressionCodec.Uncompressed:
                return page;
            case CompressionCodec.Snappy:
                Grow(SnappyEncoder.MaxLength(page.Length));
                return _room.AsSpan(0, _snappy!.Encode(page, _room));
            case CompressionCodec.Zstd:
                Grow(ZstdSharp.Compressor.GetCompressBound(page.Length));
                return _room.AsSpan(0, _zstd!.Wrap(page, _room));
            case CompressionCodec.Gzip:
                _gzip.SetLength(0);
                using (GZipStream gzip = new(_gzip, CompressionLevel.Fastest, leaveOpen: true))
                    gzip.Write(page);
                return _gzip.GetBuffer().AsSpan(0, (int)_gzip.Length);
            default:
                throw new UnreachableException();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _zstd?.Dispose();
        _gzip.Dispose();
    }

    private void Grow(int length)
    {
        if (_room.Length < length)
            _room = GC.AllocateUninitializedArray<byte>(length);
    }
}
