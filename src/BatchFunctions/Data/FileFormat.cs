namespace BatchFunctions.Data;

/// <summary>A file format that records are read from or written to.</summary>
public enum FileFormat
{
    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>Comma-separated values, RFC 4180; optionally gzip-compressed.</summary>
    Csv,

    /// <summary>One JSON object a line; optionally gzip-compressed.</summary>
    Jsonl,
}
