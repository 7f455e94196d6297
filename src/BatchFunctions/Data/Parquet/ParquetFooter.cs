namespace BatchFunctions.Data.Parquet;

/// <summary>What the footer of a Parquet file tells. Immutable and shared by all readers of the file.</summary>
internal sealed class ParquetFooter
{
    private readonly Dictionary<string, ParquetColumn> _columns = new(StringComparer.Ordinal);

    public ParquetFooter(IReadOnlyList<ParquetColumn> columns, IReadOnlyList<ParquetRowGroup> rowGroups)
    {
        RowGroups = rowGroups;
        foreach (ParquetColumn column in columns)
            if (!_columns.TryAdd(column.Name, column))
                _columns[column.Name] = column with { Kind = ColumnKind.Unreadable, Reason = "occurs twice in the file" };
        Columns = [.. columns.Select(c => c.Name).Distinct(StringComparer.Ordinal).Select(n => _columns[n])];
        Schema = new Schema(Columns.Where(c => c.Type is not null).Select(c => new Field(c.Name, c.Type!.Value)));
        Weight = 1 + columns.Count + (rowGroups.Count == 0 ? 0 : (long)rowGroups.Count * rowGroups[0].Chunks.Length);
    }

    /// <summary>The top-level columns, the unreadable ones too, in file order.</summary>
    public IReadOnlyList<ParquetColumn> Columns { get; }

    /// <summary>The row groups, in file order.</summary>
    public IReadOnlyList<ParquetRowGroup> RowGroups { get; }

    /// <summary>The columns that can be read.</summary>
    public Schema Schema { get; }

    /// <summary>A measure of the memory that the footer takes: its number of column chunks.</summary>
    public long Weight { get; }

    /// <summary>The column called <paramref name="name"/>, or null.</summary>
    public ParquetColumn? Find(string name) => _columns.GetValueOrDefault(name);
}
