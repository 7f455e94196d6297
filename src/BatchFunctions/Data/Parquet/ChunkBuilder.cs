using System.Buffers;
using System.IO.Hashing;

namespace BatchFunctions.Data.Parquet;

/// <summary>Puts the pages of one chunk end to end, compressed, each behind its header. Reused from chunk to chunk.</summary>
internal sealed class ChunkBuilder : IDisposable
{
    private readonly PageCompressor _compressor;
    private readonly ArrayBufferWriter<byte> _bytes = new(1 << 16);
    private readonly ThriftWriter _headers;
    private int _dictionaryLength;
    private long _uncompressed;

    public ChunkBuilder(ParquetCompression compression)
    {
        _compressor = new PageCompressor(compression);
        _headers = new ThriftWriter(_bytes);
    }

    /// <summary>The page in the making, not compressed yet.</summary>
    public ArrayBufferWriter<byte> Page { get; } = new(1 << 16);

    /// <summary>The pages ended so far.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    public CompressionCodec Codec => _compressor.Codec;

    /// <summary>Forgets all pages.</summary>
    public void Clear()
    {
        _bytes.ResetWrittenCount();
        Page.ResetWrittenCount();
        _dictionaryLength = 0;
        _uncompressed = 0;
    }

    /// <summary>Ends a dictionary page of <paramref name="count"/> values.</summary>
    public void EndDictionaryPage(int count)
    {
        EndPage(PageType.Dictionary, count, PageEncoding.Plain);
        _dictionaryLength = _bytes.WrittenCount;
    }

    /// <summary>Ends a data page of <paramref name="rows"/> values, nulls counted.</summary>
    public void EndDataPage(int rows, PageEncoding encoding) => EndPage(PageType.Data, rows, encoding);

    /// <summary>What the footer must tell of the chunk; gone with the next one.</summary>
    /// <param name="offset">The position of its first byte in the file.</param>
    /// <param name="values">The number of its values, nulls counted.</param>
    /// <param name="encoder">Who wrote it.</param>
    public WrittenChunk Describe(long offset, int values, ColumnEncoder encoder)
    {
        bool hasBounds = encoder.TryGetBounds(out ReadOnlySpan<byte> smallest, out ReadOnlySpan<byte> largest);
        return new()
        {
            Offset = offset,
            DictionaryLength = _dictionaryLength,
            Length = _bytes.WrittenCount,
            UncompressedLength = _uncompressed,
            Values = values,
            Nulls = encoder.Nulls,
            Encoding = encoder.ValueEncoding,
            HasBounds = hasBounds,
            Smallest = smallest,
            Largest = largest,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _compressor.Dispose();

    private void EndPage(PageType type, int values, PageEncoding encoding)
    {
        ReadOnlySpan<byte> compressed = _compressor.Compress(Page.WrittenSpan);
        int start = _bytes.WrittenCount;
        _headers.StartStruct();
        _headers.Int32(1, (int)type);
        _headers.Int32(2, Page.WrittenCount);
        _headers.Int32(3, compressed.Length);
        _headers.Int32(4, (int)Crc32.HashToUInt32(compressed));
        _headers.StartStruct(type == PageType.Dictionary ? (short)7 : (short)5);
        _headers.Int32(1, values);
        _headers.Int32(2, (int)encoding);
        if (type == PageType.Data)
        {
            _headers.Int32(3, (int)PageEncoding.Rle);
            _headers.Int32(4, (int)PageEncoding.Rle);
        }

        _headers.EndStruct();
        _headers.EndStruct();
        _uncompressed += _bytes.WrittenCount - start + Page.WrittenCount;
        _bytes.Write(compressed);
        Page.ResetWrittenCount();
    }
}
