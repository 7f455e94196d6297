namespace BatchFunctions.Data.Parquet;

/// <summary>What a Parquet file may ask of memory. A file beyond it is refused with a message that names the limit.</summary>
internal static class ParquetLimits
{
    /// <summary>The longest footer, in bytes: 64 MiB.</summary>
    public const int FooterBytes = 64 << 20;

    /// <summary>The most columns, those inside nested ones counted.</summary>
    public const int Columns = 16_384;

    /// <summary>The most row groups.</summary>
    public const int RowGroups = 100_000;

    /// <summary>The most rows in a row group that is read: 16 Mi. A row group is a batch and stands in memory as a whole.</summary>
    public const int RowsPerRowGroup = 16 << 20;

    /// <summary>The most bytes of wanted columns, compressed, in a row group that is read: 1 GiB.</summary>
    public const int BytesPerRowGroup = 1 << 30;

    /// <summary>The longest page, decompressed, in bytes: 1 GiB.</summary>
    public const int PageBytes = 1 << 30;

    /// <summary>The deepest nesting of columns.</summary>
    public const int Nesting = 64;
}
