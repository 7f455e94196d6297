using BatchFunctions.Storage;
using BatchFunctions.Tables;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Planning;

/// <summary>
/// A Delta Lake table as the source of a job. Its log says which files are the table's; those that lie beside them, since they were replaced or
/// never committed, are not read.
/// </summary>
internal static class SourceTable
{
    private const int LookUpsAtOnce = 16;

    /// <summary>Reads the table that a source path means.</summary>
    /// <param name="source">The place that <c>source.path</c> means; it may hold date tokens.</param>
    /// <param name="date">The job's date.</param>
    /// <param name="version">The table's version, or null for the newest.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where logs go.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The table, or null where the path means files.</returns>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: the path means files of a table past its log, the version is not there, or a version is asked for where there is no
    /// table; <see cref="ErrorKind.Integrity"/>: the table's log is damaged.
    /// </exception>
    public static async Task<TableState?> FindAsync(
        StoreLocation source, DateOnly date, long? version, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var pattern = SourcePattern.Parse(source.Path, date);
        StoreLocation folder = source with { Path = pattern.IsGlob ? pattern.Prefix[..Math.Max(0, pattern.Prefix.LastIndexOf('/'))] : pattern.Text };
        var table = new Table(folder, time, loggers);
        if (!await table.ExistsAsync(cancellationToken))
        {
            return version is null ? null : throw new BatchFunctionsException(
                ErrorKind.Request, $"source.version is {version}, but {folder} is no Delta table: it has no _delta_log. Remove the version, or name the table's folder in source.path.");
        }

        return pattern.IsGlob
            ? throw new BatchFunctionsException(
                ErrorKind.Request, $"{folder} is a Delta table, and {source with { Path = pattern.Text }} would read files of it that its log has removed. Write its folder as source.path, and choose records with source.filter.")
            : await table.ReadAsync(version, cancellationToken);
    }

    /// <summary>Pins a table's files.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the table has no rows, or a file of it is gone.</exception>
    public static async Task<IReadOnlyList<SnapshotFile>> PinAsync(StoreLocation source, DateOnly date, TableState table, CancellationToken cancellationToken)
    {
        StoreLocation folder = source with { Path = SourcePattern.Parse(source.Path, date).Text };
        if (table.Files.Count == 0)
            throw new BatchFunctionsException(ErrorKind.Request, $"The table {folder} has no rows at version {table.Version}. Start the job when there are some.");
        var files = new SnapshotFile[table.Files.Count];
        await Parallel.ForAsync(
            0,
            files.Length,
            new ParallelOptions { MaxDegreeOfParallelism = LookUpsAtOnce, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                TableFile file = table.Files[i];
                ObjectProperties found = await source.Store.FindAsync(file.Key, token) ?? throw new BatchFunctionsException(
                    ErrorKind.Request,
                    $"{source with { Path = file.Key }} is gone, which version {table.Version} of the table {folder} has, or has the rows of in another file. It was removed by a vacuum: score a newer version.");
                files[i] = new SnapshotFile(
                    found.Key, found.Length, found.ETag, new SortedDictionary<string, string>(file.Partition.ToDictionary(p => p.Key, p => p.Value ?? ""), StringComparer.Ordinal));
            });
        return files;
    }
}
