using System.IO.Compression;
using System.Runtime.InteropServices;
using K4os.Compression.LZ4;

namespace BatchFunctions.Data.Parquet;

/// <summary>Decompresses pages into memory of known length. Owned by one reader; not for use by several threads.</summary>
internal sealed class PageDecompressor : IDisposable
{
    private ZstdSharp.Decompressor? _zstd;

    /// <summary>Whether pages compressed with <paramref name="codec"/> can be read; else a name for it and what to do.</summary>
    public static string? Refusal(CompressionCodec codec) => codec switch
    {
        CompressionCodec.Uncompressed or CompressionCodec.Snappy or CompressionCodec.Gzip or CompressionCodec.Brotli
            or CompressionCodec.Zstd or CompressionCodec.Lz4Raw => null,
        CompressionCodec.Lzo => "is compressed with LZO, which is not read; write it with snappy or zstd",
        CompressionCodec.HadoopLz4 => "is compressed with the old LZ4 framing, which is not read; write it with lz4_raw, snappy or zstd",
        _ => $"is compressed with an unknown codec ({(int)codec}); write it with snappy or zstd",
    };

    /// <summary>Decompresses one page.</summary>
    /// <param name="codec">How it is compressed.</param>
    /// <param name="source">The compressed bytes.</param>
    /// <param name="destination">Where the page goes; it must fill this to the last byte.</param>
    /// <exception cref="DamagedParquetException">The bytes do not decompress to that length.</exception>
    public void Decompress(CompressionCodec codec, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int written;
        try
        {
            written = codec switch
            {
                CompressionCodec.Snappy => SnappyDecoder.TryDecode(source, destination) ? destination.Length : -1,
                CompressionCodec.Gzip => Gunzip(source, destination),
                CompressionCodec.Brotli => BrotliDecoder.TryDecompress(source, destination, out int n) ? n : -1,
                CompressionCodec.Zstd => (_zstd ??= new ZstdSharp.Decompressor()).Unwrap(source, destination),
                CompressionCodec.Lz4Raw => LZ4Codec.Decode(source, destination),
                _ => throw new UnsupportedParquetException(Refusal(codec) ?? "is not compressed"),
            };
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or IndexOutOfRangeException or IOException
            or InvalidOperationException or OverflowException or ZstdSharp.ZstdException)
        {
            throw new DamagedParquetException("a page cannot be decompressed", e);
        }

        if (written != destination.Length)
            throw new DamagedParquetException("a page cannot be decompressed to the length that its header tells");
    }

    /// <inheritdoc/>
    public void Dispose() => _zstd?.Dispose();

    private static unsafe int Gunzip(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        fixed (byte* start = &MemoryMarshal.GetReference(source))
        {
            using UnmanagedMemoryStream compressed = new(start, source.Length);
            using GZipStream gzip = new(compressed, CompressionMode.Decompress);
            int total = gzip.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
            return total == destination.Length && gzip.ReadByte() >= 0 ? -1 : total;
        }
    }
}
