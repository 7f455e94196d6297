namespace BatchFunctions.Data;

/// <summary>Reads the records of segments, one segment after the other, in order, as columnar batches.</summary>
public interface IRecordReader : IAsyncDisposable
{
    /// <summary>Goes to the start of <paramref name="segment"/>; the reader's memory is kept from segment to segment.</summary>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Integrity"/>: the file is damaged or is not the pinned one; <see cref="ErrorKind.Request"/>: it lacks a wanted
    /// column, or has it in a type that cannot be read as the wanted one.
    /// </exception>
    ValueTask OpenAsync(SourceFile file, Segment segment, CancellationToken cancellationToken);

    /// <summary>
    /// Fills <paramref name="batch"/> with the next records. Records that cannot be read are there all the same, with a fault,
    /// so that every record of the segment comes out exactly once.
    /// </summary>
    /// <param name="batch">The batch to fill; what it held before is gone.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <returns>False at the segment's end; the batch is then empty.</returns>
    /// <exception cref="BatchFunctionsException">The file is damaged, has changed, or cannot be reached.</exception>
    ValueTask<bool> ReadAsync(RecordBatch batch, CancellationToken cancellationToken);
}
