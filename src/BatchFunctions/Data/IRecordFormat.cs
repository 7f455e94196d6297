namespace BatchFunctions.Data;

/// <summary>A file format that records are read from.</summary>
public interface IRecordFormat
{
    /// <summary>Which format it is.</summary>
    FileFormat Format { get; }

    /// <summary>
    /// The columns of a file as the file itself tells: exact for Parquet; all <see cref="DataType.String"/> for CSV; from the first
    /// records for JSON Lines. Reads the first or the last bytes only.
    /// </summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the file is empty, truncated or not of this format.</exception>
    Task<Schema> ReadSchemaAsync(SourceFile file, CancellationToken cancellationToken);

    /// <summary>
    /// Cuts a file into segments at true record boundaries, each of about <paramref name="targetRows"/> records, at least one
    /// (Parquet: whole row groups). Together they are the file, in order, without a gap. A file with no record gives none.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="fileIndex">The file's position in the snapshot, for <see cref="Segment.File"/>.</param>
    /// <param name="targetRows">The number of records wanted in a segment.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<IReadOnlyList<Segment>> SplitAsync(SourceFile file, int fileIndex, long targetRows, CancellationToken cancellationToken);

    /// <summary>Makes a reader that is opened on one segment after the other and keeps its memory.</summary>
    /// <param name="columns">The columns wanted, with the types wanted; each batch has exactly these, in this order.</param>
    /// <param name="batchRows">The number of rows in a batch at most.</param>
    IRecordReader CreateReader(Schema columns, int batchRows);
}
