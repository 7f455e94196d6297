namespace BatchFunctions.Data;

/// <summary>
/// The records of one read, column by column, in memory that is reused from read to read. A worker owns one and hands it to
/// <see cref="IRecordReader.ReadAsync"/> again and again.
/// </summary>
public sealed class RecordBatch
{
    private Column[] _columns = [];
    private Column[] _extras = [];
    private Schema _readSchema = new([]);
    private int[] _sourceRows = [];
    private ReadOnlyMemory<byte> _raw;
    private ReadOnlyMemory<int> _rawEnds;
    private ReadOnlyMemory<int> _rawStarts;
    private bool _compacted;
    private long _rawOffset;
    private ReadOnlyMemory<long> _numbers;

    /// <summary>The columns' names and types: those that are read, then the extras.</summary>
    public Schema Schema { get; private set; } = new([]);

    /// <summary>The columns, in the order of <see cref="Schema"/>; each is <see cref="RowCount"/> long.</summary>
    public IReadOnlyList<Column> Columns => _columns;

    /// <summary>The number of records in the batch.</summary>
    public int RowCount { get; private set; }

    /// <summary>The number, from 0, that the batch's first record has in its file.</summary>
    public long FirstRecord { get; set; }

    /// <summary>What the reader found wrong, in row order; a row with a fault has null or undefined values.</summary>
    public List<RecordFault> Faults { get; } = [];

    /// <summary>Whether the records' own bytes are at hand (text formats).</summary>
    public bool HasRaw { get; private set; }

    /// <summary>
    /// Gives the batch columns that no reader fills, behind those that it reads, such as the values of a file's folder. Whoever
    /// gives them fills them after each read.
    /// </summary>
    public void SetExtras(IReadOnlyList<Column> extras)
    {
        _extras = [.. extras];
        SetColumns(_readSchema, _columns.AsSpan(0, _readSchema.Count));
    }

    /// <summary>Starts a new read: <paramref name="rows"/> rows of <paramref name="schema"/>, contents undefined, no faults, no raw bytes.</summary>
    public void Reset(Schema schema, int rows)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (!ReferenceEquals(schema, _readSchema) && !schema.Equals(_readSchema))
            SetColumns(schema, [.. schema.Select(Column.Create)]);
        foreach (Column column in _columns)
            column.Reset(rows);
        RowCount = rows;
        Faults.Clear();
        HasRaw = false;
        RawForm = null;
        _numbers = default;
        _compacted = false;
    }

    /// <summary>Sets the number of rows after a read whose length was not known before; every column must have that length.</summary>
    public void SetRowCount(int rows) => RowCount = rows;

    /// <summary>The column called <paramref name="name"/>.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Column this[string name] =>
        Schema.IndexOf(name) is >= 0 and int i ? _columns[i] : throw new KeyNotFoundException($"The batch has no column '{name}'.");

    /// <summary>
    /// Gives the batch the records' own bytes. There are <see cref="RowCount"/> positions of both kinds.
    /// </summary>
    /// <param name="bytes">Memory that holds the records; the caller leaves it, and the positions, alone until the next read.</param>
    /// <param name="starts">Where each record starts in <paramref name="bytes"/>.</param>
    /// <param name="ends">Where each record ends, without its line break.</param>
    /// <param name="offset">The position in the file of the first byte of <paramref name="bytes"/>.</param>
    public void SetRaw(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<int> starts, ReadOnlyMemory<int> ends, long offset)
    {
        (_raw, _rawStarts, _rawEnds, _rawOffset, HasRaw) = (bytes, starts, ends, offset, true);
    }

    /// <summary>The row, in the batch as it was read, of the record that is now at <paramref name="row"/>.</summary>
    public int SourceRow(int row) => _compacted ? _sourceRows[row] : row;

    /// <summary>The bytes of a record as they stand in the file. Not moved by <see cref="Compact"/>.</summary>
    /// <param name="sourceRow">The record's row in the batch as it was read.</param>
    public ReadOnlySpan<byte> Raw(int sourceRow) => _raw.Span[_rawStarts.Span[sourceRow].._rawEnds.Span[sourceRow]];

    /// <summary>What the records' own bytes are, where these are not as they stand in the records' file; null where they are.</summary>
    public RawForm? RawForm { get; private set; }

    /// <summary>Says that the records stood elsewhere before they were read here.</summary>
    /// <param name="numbers">The number of each record in its file.</param>
    /// <param name="form">What their bytes are, or null where they are as they stand in that file.</param>
    public void SetOrigin(ReadOnlyMemory<long> numbers, RawForm? form) => (_numbers, RawForm) = (numbers, form);

    /// <summary>The number, from 0, that a record has in its file.</summary>
    /// <param name="sourceRow">The record's row in the batch as it was read.</param>
    public long RecordNumber(int sourceRow) => _numbers.IsEmpty ? FirstRecord + sourceRow : _numbers.Span[sourceRow];

    /// <summary>Where in the file a record starts, in bytes; null where <see cref="HasRaw"/> is false, or where it stood elsewhere before.</summary>
    /// <param name="sourceRow">The record's row in the batch as it was read.</param>
    public long? ByteOffset(int sourceRow) => HasRaw && _numbers.IsEmpty ? _rawOffset + _rawStarts.Span[sourceRow] : null;

    /// <summary>Keeps the records at <paramref name="rows"/> (ascending rows of the batch as it is now) and drops the others, in place.</summary>
    public void Compact(ReadOnlySpan<int> rows)
    {
        if (rows.Length == RowCount)
            return;
        if (_compacted)
        {
            for (int i = 0; i < rows.Length; i++)
                _sourceRows[i] = _sourceRows[rows[i]];
        }
        else
        {
            if (_sourceRows.Length < rows.Length)
                _sourceRows = new int[Math.Max(rows.Length, RowCount)];
            rows.CopyTo(_sourceRows);
            _compacted = true;
        }

        foreach (Column column in _columns)
            column.Compact(rows);
        RowCount = rows.Length;
    }

    /// <summary>Lends the columns' memory to others, since nobody reads into the batch any more.</summary>
    internal void Release()
    {
        foreach (Column column in _columns)
            column.Release();
        RowCount = 0;
    }

    private void SetColumns(Schema read, ReadOnlySpan<Column> columns)
    {
        _readSchema = read;
        _columns = [.. columns, .. _extras];
        Schema = _extras.Length == 0 ? read : new Schema(_columns.Select(c => c.Field));
    }
}
