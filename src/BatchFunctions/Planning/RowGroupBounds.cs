using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using BatchFunctions.Expressions.Bounds;

namespace BatchFunctions.Planning;

/// <summary>What a Parquet file's footer tells of a column's values in a row group.</summary>
internal static class RowGroupBounds
{
    /// <summary>The bounds of a column, as a condition on a column of <paramref name="field"/>'s type counts.</summary>
    public static ValueBounds Of(ParquetFooter footer, ParquetRowGroup group, Field field)
    {
        if (footer.Find(field.Name) is not { } column || !KeepsValues(column.Type, field.Type) || group.Chunks[column.Chunk] is not { Statistics: { } statistics } chunk)
            return ValueBounds.Unknown;

        // What is not a number counts as missing, and no footer tells of it.
        bool mayBeMissing = statistics.Nulls is not 0 || field.Type is DataType.Float32 or DataType.Float64;
        return new ValueBounds(
            ChunkBounds.Read(column, statistics.Smallest),
            ChunkBounds.Read(column, statistics.Largest),
            mayBeMissing,
            MayBePresent: statistics.Nulls != chunk.Values);
    }

    // Where values are converted as they are read, some cannot be, and such a record is for the rejects and not to be left out.
    private static bool KeepsValues(DataType? stored, DataType wanted) => (stored, wanted) switch
    {
        (DataType.Int32, DataType.Int64) or (DataType.Float32, DataType.Float64) => true,
        _ => stored == wanted,
    };
}
