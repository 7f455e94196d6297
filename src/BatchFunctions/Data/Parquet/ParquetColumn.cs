namespace BatchFunctions.Data.Parquet;

/// <summary>A top-level column of a Parquet file.</summary>
internal sealed record ParquetColumn
{
    /// <summary>The column's name.</summary>
    public required string Name { get; init; }

    /// <summary>The position of the column's chunk in every row group; for a nested column, of its first one.</summary>
    public required int Chunk { get; init; }

    /// <summary>How values are stored; meaningless for an unreadable column.</summary>
    public PhysicalType Physical { get; init; }

    /// <summary>The number of bytes in a value of <see cref="PhysicalType.FixedLengthByteArray"/>.</summary>
    public int TypeLength { get; init; }

    /// <summary>What values mean.</summary>
    public required ColumnKind Kind { get; init; }

    /// <summary>The number of decimal places of a <see cref="ColumnKind.Decimal"/>.</summary>
    public int Scale { get; init; }

    /// <summary>Whether values may be null.</summary>
    public bool Optional { get; init; }

    /// <summary>Whether the file lacks the column, so that it holds nothing but nulls.</summary>
    public bool IsAbsent => Chunk < 0;

    /// <summary>Why the column cannot be read, as the end of a sentence that starts with its name; null where it can.</summary>
    public string? Reason { get; init; }

    /// <summary>The type that holds the column's values as they are, or null where it cannot be read.</summary>
    public DataType? Type => Kind switch
    {
        ColumnKind.Bool => DataType.Bool,
        ColumnKind.Int32 => DataType.Int32,
        ColumnKind.UInt32 or ColumnKind.Int64 or ColumnKind.UInt64 => DataType.Int64,
        ColumnKind.Float32 => DataType.Float32,
        ColumnKind.Float64 => DataType.Float64,
        ColumnKind.Decimal => DataType.Decimal,
        ColumnKind.Date => DataType.Date,
        ColumnKind.TimestampMillis or ColumnKind.TimestampMicros or ColumnKind.TimestampNanos or ColumnKind.TimestampInt96 => DataType.Timestamp,
        ColumnKind.Text or ColumnKind.Uuid or ColumnKind.Nothing => DataType.String,
        _ => null,
    };

    /// <summary>A column that a file lacks.</summary>
    public static ParquetColumn Absent(string name) => new() { Name = name, Chunk = -1, Kind = ColumnKind.Nothing, Optional = true };
}
