namespace BatchFunctions.Data.Parquet;

/// <summary>What a Parquet column's values mean, from its physical type and its annotations together.</summary>
internal enum ColumnKind
{
    /// <summary>Not read here; <see cref="ParquetColumn.Reason"/> says why.</summary>
    Unreadable,

    /// <summary>Holds nothing but nulls (logical type UNKNOWN).</summary>
    Nothing,
    Bool,

    /// <summary>Signed up to 32 bits, or unsigned up to 16.</summary>
    Int32,
    UInt32,
    Int64,
    UInt64,
    Float32,
    Float64,
    Decimal,
    Date,
    TimestampMillis,
    TimestampMicros,
    TimestampNanos,

    /// <summary>Nanoseconds of the day and Julian day, 12 bytes.</summary>
    TimestampInt96,
    Text,
    Uuid,
}
