namespace BatchFunctions.Data.Text;

/// <summary>
/// CSV as RFC 4180 has it, in UTF-8, with or without a byte order mark, compressed with gzip where the key ends with <c>.gz</c>. A quote opens a
/// quoted field only as the first byte of a field; elsewhere in an unquoted field it is a byte like any other. Records end with a line
/// feed or a carriage return and a line feed. A line with no byte in it is no record, also where there is only one column.
/// </summary>
/// <remarks>
/// Columns are found by name in each file's own header. Blank fields, and unquoted ones that are among <see cref="CsvDialect.NullValues"/>, are null in columns of
/// any type but text; in text columns the empty unquoted field is null and <c>""</c> is the empty text. Blanks around values that are not text mean nothing.
/// Truth values are <c>true</c>, <c>false</c> (in any letter case), <c>1</c> and <c>0</c>; an integer may have a fraction of zeros; dates and
/// times are ISO 8601, in UTC where no zone is given.
/// </remarks>
public sealed class CsvFormat : IRecordFormat
{
    /// <summary>The bytes read at once.</summary>
    internal const int DefaultChunkBytes = 1 << 20;

    private readonly int _chunkBytes;
    private readonly CsvDialect _dialect;
    private readonly TextSplitter _splitter;

    /// <summary>Makes a format that reads and cuts files written in <paramref name="dialect"/>.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the separator cannot be told from other bytes.</exception>
    public CsvFormat(CsvDialect dialect)
        : this(dialect, DefaultChunkBytes, TextSplitter.DefaultChunkBytes)
    {
    }

    internal CsvFormat(CsvDialect dialect, int chunkBytes, int splitChunkBytes)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        ArgumentOutOfRangeException.ThrowIfLessThan(dialect.MaxRecordBytes, 1);
        if (dialect.Separator is >= 0x80 or RecordFraming.Quote or RecordFraming.LineFeed or RecordFraming.Return)
            throw new BatchFunctionsException(
                ErrorKind.Request, "The separator of a CSV file must be one ASCII character, and neither a quote nor a line break. Change source.csv.separator.");
        (_dialect, _chunkBytes) = (dialect, chunkBytes);
        _splitter = new TextSplitter(RecordFraming.Of(dialect), dialect.Header ? 1 : 0, splitChunkBytes);
    }

    /// <inheritdoc/>
    public FileFormat Format => FileFormat.Csv;

    /// <inheritdoc/>
    public async Task<Schema> ReadSchemaAsync(SourceFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        CsvHeader header = await CsvHeader.ReadAsync(file, _dialect, _chunkBytes, cancellationToken);
        return new Schema(header.Names.Select(name => new Field(name, DataType.String)));
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Reads the whole file once, to know where quoted fields begin and end and how many records there are; a segment has exactly
    /// <paramref name="targetRows"/> records, the last one what remains. A compressed file is one segment whose records are not known.
    /// </remarks>
    public Task<IReadOnlyList<Segment>> SplitAsync(SourceFile file, int fileIndex, long targetRows, CancellationToken cancellationToken) =>
        _splitter.SplitAsync(file, fileIndex, targetRows, cancellationToken);

    /// <inheritdoc/>
    public IRecordReader CreateReader(Schema columns, int batchRows) => new CsvRecordReader(columns, batchRows, _dialect, _chunkBytes);

    /// <summary>The records that start at a byte from <paramref name="from"/> up to, but without, <paramref name="to"/>.</summary>
    internal Task<Segment> SplitRangeAsync(SourceFile file, int fileIndex, long from, long to, CancellationToken cancellationToken) =>
        _splitter.SplitRangeAsync(file, fileIndex, from, to, cancellationToken);
}
