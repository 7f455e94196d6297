namespace BatchFunctions.Data.Parquet;

/// <summary>How pages are compressed. The numbers are the format's own (parquet.thrift, <c>CompressionCodec</c>).</summary>
internal enum CompressionCodec
{
    Uncompressed = 0,
    Snappy = 1,
    Gzip = 2,
    Lzo = 3,
    Brotli = 4,
    HadoopLz4 = 5,
    Zstd = 6,
    Lz4Raw = 7,
}
