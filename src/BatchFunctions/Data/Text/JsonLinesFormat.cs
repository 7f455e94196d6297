using System.Text.Json;

namespace BatchFunctions.Data.Text;

/// <summary>
/// JSON Lines: one JSON object a line, in UTF-8, compressed with gzip where the key ends with <c>.gz</c>. A line with no byte in it is no record.
/// </summary>
/// <remarks>
/// Columns are found by the objects' property names, case-sensitively; a property that is missing or null is null, and of a property that
/// occurs twice the last one counts. Numbers must be JSON numbers and truth values JSON truth values; dates and times are ISO 8601 strings. A text column takes
/// strings, and of anything else its JSON text.
/// </remarks>
public sealed class JsonLinesFormat : IRecordFormat
{
    /// <summary>The longest record unless said otherwise.</summary>
    public const int DefaultMaxRecordBytes = 1 << 20;

    private const int SchemaBytes = 1 << 20;
    private const int SchemaRecords = 100;

    private readonly int _chunkBytes;
    private readonly RecordFraming _framing;
    private readonly TextSplitter _splitter;

    /// <summary>Makes a format that reads and cuts files.</summary>
    /// <param name="maxRecordBytes">The longest record in bytes; a longer one is a reject.</param>
    public JsonLinesFormat(int maxRecordBytes = DefaultMaxRecordBytes)
        : this(maxRecordBytes, CsvFormat.DefaultChunkBytes, TextSplitter.DefaultChunkBytes)
    {
    }

    internal JsonLinesFormat(int maxRecordBytes, int chunkBytes, int splitChunkBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecordBytes, 1);
        (_framing, _chunkBytes) = (RecordFraming.Lines(maxRecordBytes), chunkBytes);
        _splitter = new TextSplitter(_framing, 0, splitChunkBytes);
    }

    /// <inheritdoc/>
    public FileFormat Format => FileFormat.Jsonl;

    /// <inheritdoc/>
    /// <remarks>
    /// The properties of the first 100 records, as far as they lie in the first MiB, in the order in which they first occur: <see cref="DataType.Bool"/>, <see cref="DataType.Int64"/>
    /// or <see cref="DataType.Float64"/> where all values are, otherwise <see cref="DataType.String"/>. Later records may have others.
    /// </remarks>
    public async Task<Schema> ReadSchemaAsync(SourceFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        await using ByteFeed feed = new(Math.Min(_chunkBytes, 1 << 16), ahead: false);
        await feed.OpenAsync(file, 0, file.Length, cancellationToken);
        await feed.SkipByteOrderMarkAsync(cancellationToken);
        RecordIndex index = new(_framing, SchemaRecords, SchemaBytes);
        await index.FillAsync(feed, cancellationToken);
        if (index.Rows == 0)
            throw new BatchFunctionsException(ErrorKind.Request, $"{file} is empty. Check that it was written to its end.");

        JsonSchemaGuess guess = new();
        string? problem = null;
        int objects = 0;
        for (int row = 0; row < index.Rows; row++)
        {
            try
            {
                guess.Add(feed.Bytes.AsSpan(feed.Start)[index.Starts.Span[row]..index.Ends.Span[row]]);
                objects++;
            }
            catch (JsonException e)
            {
                problem ??= e.Message;
            }
        }

        // A broken record or two are rejects; where no line is an object, the file is of another kind.
        return objects > 0 ? guess.ToSchema() : throw new BatchFunctionsException(
            ErrorKind.Request, $"{file} is not JSON Lines: none of its first {index.Rows} lines is a JSON object. {problem} Write one object a line.");
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Reads the whole file once, to know how many records there are; a segment has exactly <paramref name="targetRows"/> records, the last one
    /// what remains. A compressed file is one segment whose records are not known.
    /// </remarks>
    public Task<IReadOnlyList<Segment>> SplitAsync(SourceFile file, int fileIndex, long targetRows, CancellationToken cancellationToken) =>
        _splitter.SplitAsync(file, fileIndex, targetRows, cancellationToken);

    /// <inheritdoc/>
    public IRecordReader CreateReader(Schema columns, int batchRows) => new JsonLinesRecordReader(columns, batchRows, _framing, _chunkBytes);

    /// <summary>The records that start at a byte from <paramref name="from"/> up to, but without, <paramref name="to"/>.</summary>
    internal Task<Segment> SplitRangeAsync(SourceFile file, int fileIndex, long from, long to, CancellationToken cancellationToken) =>
        _splitter.SplitRangeAsync(file, fileIndex, from, to, cancellationToken);
}
