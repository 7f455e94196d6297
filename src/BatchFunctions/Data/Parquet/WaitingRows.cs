namespace BatchFunctions.Data.Parquet;

/// <summary>Copies rows of batches to where they wait for their row group to fill.</summary>
internal static class WaitingRows
{
    /// <summary>Copies rows of one column behind those that wait.</summary>
    /// <param name="waiting">Where they go; as long as a full row group.</param>
    /// <param name="at">The number of rows that wait already.</param>
    /// <param name="source">Where they come from.</param>
    /// <param name="start">The first row there.</param>
    /// <param name="count">The number of rows.</param>
    public static void Append(Column waiting, int at, Column source, int start, int count)
    {
        switch (waiting, source)
        {
            case (Utf8Column to, Utf8Column from):
                to.AppendRows(at, from, start, count);
                break;
            case (Column<bool> to, Column<bool> from):
                Copy(to, at, from, start, count);
                break;
            case (Column<int> to, Column<int> from):
                Copy(to, at, from, start, count);
                break;
            case (Column<long> to, Column<long> from):
                Copy(to, at, from, start, count);
                break;
            case (Column<float> to, Column<float> from):
                Copy(to, at, from, start, count);
                break;
            case (Column<double> to, Column<double> from):
                Copy(to, at, from, start, count);
                break;
            case (Column<decimal> to, Column<decimal> from):
                Copy(to, at, from, start, count);
                break;
            default:
                throw new ArgumentException($"The column '{source.Field.Name}' is of another type than '{waiting.Field.Name}'.", nameof(source));
        }

        if (source.HasNulls)
            source.Nulls.Slice(start, count).CopyTo(waiting.WritableNulls()[at..]);
    }

    private static void Copy<T>(Column<T> to, int at, Column<T> from, int start, int count)
        where T : unmanaged => from.Values.Slice(start, count).CopyTo(to.Values[at..]);
}
