namespace BatchFunctions.Data.Parquet;

/// <summary>The values of rows that are not null, side by side.</summary>
internal static class PresentValues
{
    /// <summary>Gives the values in place where there is no null, and otherwise copies them.</summary>
    /// <param name="column">The column.</param>
    /// <param name="row">The first row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="present">How many of them are not null.</param>
    /// <param name="memory">Where copies go; grows as needed.</param>
    public static ReadOnlySpan<T> Of<T>(Column<T> column, int row, int rows, int present, ref T[] memory)
        where T : unmanaged
    {
        ReadOnlySpan<T> values = column.Values.Slice(row, rows);
        if (present == rows)
            return values;
        if (memory.Length < rows)
            memory = GC.AllocateUninitializedArray<T>(rows);
        ReadOnlySpan<bool> nulls = column.Nulls.Slice(row, rows);
        int count = 0;
        for (int i = 0; i < values.Length; i++)
        {
            memory[count] = values[i];
            count += nulls[i] ? 0 : 1;
        }

        return memory.AsSpan(0, count);
    }
}
