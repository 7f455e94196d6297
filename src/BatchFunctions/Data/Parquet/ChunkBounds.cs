using System.Buffers.Binary;

namespace BatchFunctions.Data.Parquet;

/// <summary>Reads the bounds that statistics give, in the form that a column's values have.</summary>
internal static class ChunkBounds
{
    /// <summary>
    /// A bound as <see cref="bool"/>, <see cref="long"/> (integers, days of a date, microseconds of a timestamp), <see cref="double"/> or
    /// bytes of UTF-8 (text); null where it is not told, or where its column's order is none that can be relied on.
    /// </summary>
    public static object? Read(ParquetColumn column, byte[]? bound) => bound is null ? null : (column.Kind, column.Physical, bound.Length) switch
    {
        (ColumnKind.Bool, _, 1) => bound[0] != 0,
        (ColumnKind.Int32 or ColumnKind.Date, PhysicalType.Int32, 4) => (long)BinaryPrimitives.ReadInt32LittleEndian(bound),
        (ColumnKind.UInt32, PhysicalType.Int32, 4) => (long)BinaryPrimitives.ReadUInt32LittleEndian(bound),
        (ColumnKind.Int64 or ColumnKind.TimestampMicros, PhysicalType.Int64, 8) => BinaryPrimitives.ReadInt64LittleEndian(bound),
        (ColumnKind.TimestampMillis, PhysicalType.Int64, 8) when Math.Abs((decimal)BinaryPrimitives.ReadInt64LittleEndian(bound)) < long.MaxValue / 1000
            => BinaryPrimitives.ReadInt64LittleEndian(bound) * 1000,
        (ColumnKind.Float32, PhysicalType.Float, 4) when BinaryPrimitives.ReadSingleLittleEndian(bound) is var value && !float.IsNaN(value) => (double)value,
        (ColumnKind.Float64, PhysicalType.Double, 8) when BinaryPrimitives.ReadDoubleLittleEndian(bound) is var value && !double.IsNaN(value) => value,
        (ColumnKind.Text, PhysicalType.ByteArray, _) => bound,
        _ => null,
    };
}
