namespace BatchFunctions.Data;

/// <summary>Writes columnar batches to a stream in one file format. The same batches give the same bytes, always and everywhere.</summary>
public interface IRecordWriter : IAsyncDisposable
{
    /// <summary>Appends <paramref name="columns"/>, all <paramref name="rows"/> long and of the writer's schema.</summary>
    ValueTask WriteAsync(IReadOnlyList<Column> columns, int rows, CancellationToken cancellationToken);

    /// <summary>Writes what remains and what closes the file. The stream stays open.</summary>
    ValueTask CompleteAsync(CancellationToken cancellationToken);
}
