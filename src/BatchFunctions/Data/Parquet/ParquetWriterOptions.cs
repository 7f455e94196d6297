namespace BatchFunctions.Data.Parquet;

/// <summary>How a Parquet file is written.</summary>
public sealed record ParquetWriterOptions
{
    /// <summary>The compression of all pages. Zstd is written at level 1, gzip at its fastest. Default: snappy.</summary>
    public ParquetCompression Compression { get; init; } = ParquetCompression.Snappy;

    /// <summary>The number of rows in every row group but the last, whatever the batches' sizes. Default: 250,000.</summary>
    public int RowGroupRows { get; init; } = 250_000;

    /// <summary>The names of the columns that never hold a null; all others are optional, with or without nulls. Default: none.</summary>
    public IReadOnlyCollection<string> Required { get; init; } = [];
}
