using BatchFunctions.Data;

namespace BatchFunctions.Scoring;

/// <summary>Some rows of a batch, copied, so that the batch stays as it is. All memory is kept from copy to copy.</summary>
internal sealed class BatchRows
{
    private readonly RecordBatch _copy = new();

    /// <summary>Copies rows.</summary>
    /// <param name="batch">The batch; dictionaries of its text columns are shared with the copy.</param>
    /// <param name="rows">The rows, ascending.</param>
    public RecordBatch Of(RecordBatch batch, ReadOnlySpan<int> rows)
    {
        _copy.Reset(batch.Schema, rows.Length);
        for (int i = 0; i < batch.Columns.Count; i++)
            Copy(batch.Columns[i], _copy.Columns[i], rows);
        return _copy;
    }

    private static void Copy(Column from, Column to, ReadOnlySpan<int> rows)
    {
        switch (from)
        {
            case Utf8Column text:
                Copy(text, (Utf8Column)to, rows);
                break;
            case Column<double> c:
                Copy(c, (Column<double>)to, rows);
                break;
            case Column<float> c:
                Copy(c, (Column<float>)to, rows);
                break;
            case Column<long> c:
                Copy(c, (Column<long>)to, rows);
                break;
            case Column<int> c:
                Copy(c, (Column<int>)to, rows);
                break;
            case Column<bool> c:
                Copy(c, (Column<bool>)to, rows);
                break;
            case Column<decimal> c:
                Copy(c, (Column<decimal>)to, rows);
                break;
            default:
                throw new ArgumentException($"'{from.Field.Name}' cannot be copied.", nameof(from));
        }

        for (int i = 0; from.HasNulls && i < rows.Length; i++)
            if (from.IsNull(rows[i]))
                to.SetNull(i);
    }

    private static void Copy<T>(Column<T> from, Column<T> to, ReadOnlySpan<int> rows)
        where T : unmanaged
    {
        ReadOnlySpan<T> source = from.Values;
        Span<T> target = to.Values;
        for (int i = 0; i < rows.Length; i++)
            target[i] = source[rows[i]];
    }

    private static void Copy(Utf8Column from, Utf8Column to, ReadOnlySpan<int> rows)
    {
        if (from.Entries is { } entries)
        {
            Span<ushort> target = to.ReferTo(entries);
            for (int i = 0; i < rows.Length; i++)
                target[i] = from.EntryOf[rows[i]];
            return;
        }

        foreach (int row in rows)
            to.Append(from[row]);
    }
}
