namespace BatchFunctions.Data.Parquet;

/// <summary>
/// Apache Parquet. A segment is a run of whole row groups, and no batch has rows of two of them; footers are kept, so one object should serve a
/// whole job. Flat columns are read: integers, floating-point numbers, booleans, decimals, dates, timestamps and text, in pages of both
/// versions, compressed with snappy, gzip, zstd, brotli or lz4_raw. Timestamps without a time zone count as UTC. Safe for use by several
/// threads.
/// </summary>
public sealed class ParquetFormat : IRecordFormat
{
    private readonly bool _fillsAbsentColumns;
    private readonly IReadOnlyList<string>? _nullTexts;
    private readonly FooterCache _footers = new(maxFiles: 256, maxWeight: 1 << 20);

    /// <summary>Reads Parquet files.</summary>
    public ParquetFormat()
    {
    }

    /// <summary>Reads Parquet files.</summary>
    /// <param name="fillsAbsentColumns">Whether a wanted column that a file lacks holds nulls; else such a file is refused.</param>
    /// <param name="nullTexts">
    /// Where given, text is read as the type wanted, as a CSV file's is, and these and blanks stand for a missing value; else a file that has text where
    /// something else is wanted is refused.
    /// </param>
    internal ParquetFormat(bool fillsAbsentColumns, IReadOnlyList<string>? nullTexts = null) => (_fillsAbsentColumns, _nullTexts) = (fillsAbsentColumns, nullTexts);

    /// <inheritdoc/>
    public FileFormat Format => FileFormat.Parquet;

    /// <inheritdoc/>
    /// <remarks>Columns that cannot be read (nested, binary, times of day) are left out.</remarks>
    public async Task<Schema> ReadSchemaAsync(SourceFile file, CancellationToken cancellationToken) =>
        (await FooterAsync(file, ErrorKind.Request, cancellationToken)).Schema;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Segment>> SplitAsync(SourceFile file, int fileIndex, long targetRows, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(targetRows);
        ParquetFooter footer = await FooterAsync(file, ErrorKind.Request, cancellationToken);
        List<Segment> segments = [];
        int start = 0;
        long rows = 0;
        for (int g = 0; g < footer.RowGroups.Count; g++)
        {
            // A group that would lead further away from the target than it is now starts the next segment.
            long next = footer.RowGroups[g].Rows;
            if (rows > 0 && next > 0 && (rows >= targetRows || rows + next - targetRows > targetRows - rows))
            {
                segments.Add(new Segment(fileIndex, start, g - start, footer.RowGroups[start].FirstRow, rows));
                (start, rows) = (g, 0);
            }

            rows += next;
        }

        if (rows > 0)
            segments.Add(new Segment(fileIndex, start, footer.RowGroups.Count - start, footer.RowGroups[start].FirstRow, rows));
        return segments;
    }

    /// <inheritdoc/>
    public IRecordReader CreateReader(Schema columns, int batchRows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchRows);
        return new ParquetRecordReader(this, columns, batchRows, _fillsAbsentColumns, _nullTexts);
    }

    /// <summary>The footer of a file, kept or read.</summary>
    /// <param name="file">The file.</param>
    /// <param name="damage">What damage means: a wrong request before the file is pinned, lost integrity afterwards.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    internal async ValueTask<ParquetFooter> FooterAsync(SourceFile file, ErrorKind damage, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (_footers.Find(file) is { } known)
            return known;
        ParquetFooter footer = await ReadFooterAsync(file, damage, statistics: false, cancellationToken);
        _footers.Add(file, footer);
        return footer;
    }

    /// <summary>Reads the footer of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="damage">What damage means.</param>
    /// <param name="statistics">Whether to read what is told of the chunks' values.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    internal static async Task<ParquetFooter> ReadFooterAsync(SourceFile file, ErrorKind damage, bool statistics, CancellationToken cancellationToken)
    {
        try
        {
            return await FooterReader.ReadAsync(file, cancellationToken, statistics);
        }
        catch (DamagedParquetException e)
        {
            throw new BatchFunctionsException(damage, FooterMessage(file, e), e);
        }
        catch (UnsupportedParquetException e)
        {
            throw new BatchFunctionsException(ErrorKind.Request, $"The file '{file}' {e.Message}.", e);
        }
    }

    private static string FooterMessage(SourceFile file, DamagedParquetException e) =>
        e.Message.StartsWith("is ", StringComparison.Ordinal)
            ? $"The file '{file}' {e.Message}."
            : $"The file '{file}' is damaged: {e.Message}. Copy it again.";
}
