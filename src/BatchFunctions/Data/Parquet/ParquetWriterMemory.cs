using System.Globalization;

namespace BatchFunctions.Data.Parquet;

/// <summary>
/// What a writer of Parquet files needs besides a stream: encoders with their dictionaries, pages, rows that wait for a full row group. Some
/// megabytes, so that whoever writes file after file keeps it. One writer at a time.
/// </summary>
internal sealed class ParquetWriterMemory : IDisposable
{
    private Column[]? _waiting;

    /// <summary>Makes the memory for files of one schema.</summary>
    /// <param name="schema">The files' columns, at least one.</param>
    /// <param name="options">How they are written.</param>
    /// <exception cref="ArgumentException">There is no column, a required column is not in the schema, or row groups would have no rows.</exception>
    public ParquetWriterMemory(Schema schema, ParquetWriterOptions options)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.RowGroupRows, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.RowGroupRows, ParquetLimits.RowsPerRowGroup, nameof(options));
        if (schema.Count == 0)
            throw new ArgumentException("A Parquet file needs at least one column.", nameof(schema));
        if (options.Required.FirstOrDefault(name => schema.IndexOf(name) < 0) is { } unknown)
            throw new ArgumentException($"The required column '{unknown}' is not in the schema.", nameof(options));
        Schema = schema;
        RowGroupRows = options.RowGroupRows;
        Encoders = [.. schema.Select(f => ColumnEncoder.Create(f, !options.Required.Contains(f.Name)))];
        Chunk = new ChunkBuilder(options.Compression);
        Footer = new FooterWriter(Encoders, Chunk.Codec);
    }

    public Schema Schema { get; }

    public int RowGroupRows { get; }

    public ColumnEncoder[] Encoders { get; }

    public ChunkBuilder Chunk { get; }

    public FooterWriter Footer { get; }

    /// <summary>The columns of rows that wait for a full row group.</summary>
    public Column[] Waiting => _waiting ??= [.. Schema.Select(Column.Create)];

    /// <exception cref="ArgumentException">The columns are not those of the schema, or not <paramref name="rows"/> long.</exception>
    public void Check(IReadOnlyList<Column> columns, int rows)
    {
        if (columns.Count != Schema.Count)
            throw new ArgumentException($"{columns.Count} columns were given, but the file has {Schema.Count}.", nameof(columns));
        for (int i = 0; i < columns.Count; i++)
            if (columns[i].Field.Type != Schema[i].Type || columns[i].Length != rows)
                throw new ArgumentException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The column '{Schema[i].Name}' needs {rows} values of type {Schema[i].Type}, but {columns[i].Length} of type {columns[i].Field.Type} were given."),
                    nameof(columns));
    }

    public void Dispose()
    {
        Chunk.Dispose();
        foreach (Column column in _waiting ?? [])
            column.Release();
        _waiting = null;
    }
}
