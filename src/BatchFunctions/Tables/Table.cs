using System.Globalization;
using System.Text.Json;
using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using BatchFunctions.Pipelines;
using BatchFunctions.Storage;
using BatchFunctions.Tables.Log;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Tables;

/// <summary>
/// A table in the Delta Lake format (protocol: reader 1, writer 2), which Spark, Databricks, Fabric, Synapse and DuckDB read: immutable Parquet
/// files, and a log that says which of them count. Any number of processes may write to it at once.
/// </summary>
public sealed class Table
{
    private const int CopiesAtOnce = 16;
    private const int Attempts = 1000;
    private const string AppendOnly = "delta.appendOnly";
    private static readonly TimeSpan DefaultTombstoneRetention = TimeSpan.FromDays(7);
    private static readonly string EngineInfo = $"BatchFunctions/{typeof(Table).Assembly.GetName().Version?.ToString(3)}";

    private readonly StoreLocation _folder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TableLog _log;

    /// <summary>Names a table; it need not be there yet.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where logs go.</param>
    public Table(StoreLocation folder, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(loggers);
        (_folder, _time, _logger, _log) = (folder, time, loggers.CreateLogger("BatchFunctions.Tables"), new TableLog(folder));
    }

    /// <summary>Whether there is a table.</summary>
    public Task<bool> ExistsAsync(CancellationToken cancellationToken) => _log.ExistsAsync(cancellationToken);

    /// <summary>Reads what the table is like at a version.</summary>
    /// <param name="version">The version, or null for the newest.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: there is no such table or version, or it needs a reader that this is not; <see cref="ErrorKind.Integrity"/>: its
    /// log is damaged.
    /// </exception>
    public async Task<TableState> ReadAsync(long? version, CancellationToken cancellationToken)
    {
        TableSnapshot snapshot = await _log.ReadAsync(version, cancellationToken);
        if (snapshot.Version < 0)
            throw new BatchFunctionsException(ErrorKind.Request, $"There is no table in {_folder}: it has no {LogFileName.Folder}.");
        ProtocolSupport.RequireReadable(_folder.ToString(), snapshot);
        return TableState.Of(_folder, snapshot);
    }

    /// <summary>Reads which files brought rows to the table between two versions.</summary>
    /// <param name="after">The earlier version; its own rows are not among them.</param>
    /// <param name="until">The later version; its rows are.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The files, in ordinal order of their keys. Some of them may have left the table since, their rows being in others.</returns>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: rows were changed or replaced in between, or the log does not go back so far, so that nobody can tell.
    /// </exception>
    public async Task<IReadOnlyList<TableFile>> ReadAddedAsync(long after, long until, CancellationToken cancellationToken)
    {
        HashSet<long> there = [.. await _log.ListVersionsAsync(cancellationToken)];
        var added = new AddedFiles(_folder.ToString());
        for (long version = after + 1; version <= until; version++)
        {
            if (!there.Contains(version))
            {
                throw new BatchFunctionsException(
                    ErrorKind.Request,
                    string.Create(CultureInfo.InvariantCulture, $"The log of the table {_folder} does not go back to version {version} any more, so that nobody can tell which rows came after version {after}."));
            }

            added.Apply(version, await _log.ReadCommitAsync(version, cancellationToken));
        }

        return [.. added.Files.Select(f => TableState.FileOf(_folder, f)).OrderBy(f => f.Key, StringComparer.Ordinal)];
    }

    /// <summary>Whether a publication of an application has come into the table.</summary>
    /// <param name="applicationId">The application: see <see cref="Publication.ApplicationId"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<bool> HasPublicationAsync(string applicationId, CancellationToken cancellationToken) =>
        (await _log.ReadAsync(null, cancellationToken)).Transactions.ContainsKey(applicationId);

    /// <summary>Refuses what <see cref="PublishAsync"/> would refuse, as long as nobody changes the table meanwhile.</summary>
    /// <param name="columns">The columns of the rows, without the partition columns.</param>
    /// <param name="partition">The partition columns.</param>
    /// <param name="mode">What would happen to the rows that are there.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the rows do not fit the table.</exception>
    public async Task CheckAsync(Schema columns, IReadOnlyList<PartitionValue> partition, TableMode mode, CancellationToken cancellationToken) =>
        _ = MetadataFor(await _log.ReadAsync(null, cancellationToken), columns, partition, mode);

    /// <summary>Adds files to the table as one new version. Run again, also by another process at the same time, it adds them once.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the rows do not fit the table.</exception>
    public async Task<PublishedVersion> PublishAsync(Publication publication, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(publication);
        TableSnapshot snapshot = await _log.ReadAsync(null, cancellationToken);
        if (IsPublished(snapshot, publication))
            return new PublishedVersion(snapshot.Version, WasThere: true);
        _ = MetadataFor(snapshot, publication.Columns, publication.Partition, publication.Mode);
        AddFile[] files = await CopyAsync(publication, cancellationToken);

        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            LogEntry[] entries = [.. EntriesFor(snapshot, publication, files)];
            if (await _log.CommitAsync(snapshot.Version + 1, entries, cancellationToken))
            {
                await WriteCheckpointAsync(snapshot.Version + 1, cancellationToken);
                return new PublishedVersion(snapshot.Version + 1, WasThere: false);
            }

            // Another writer has made that version. What it did is taken in, and everything is decided again on what stands now.
            snapshot = await _log.ReadAsync(null, cancellationToken);
            if (IsPublished(snapshot, publication))
                return new PublishedVersion(snapshot.Version, WasThere: true);
        }

        throw new BatchFunctionsException(
            ErrorKind.Transient, string.Create(CultureInfo.InvariantCulture, $"{_folder} is written to by others without a pause: {Attempts} tries to add a version have lost to them."));
    }

    /// <summary>The versions of the table that its log still tells of, the newest first.</summary>
    /// <param name="limit">The most versions to read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<TableChange>> ReadHistoryAsync(int limit, CancellationToken cancellationToken)
    {
        IReadOnlyList<long> versions = await _log.ListVersionsAsync(cancellationToken);
        List<TableChange> changes = [];
        foreach (long version in versions.Take(limit))
            changes.Add(TableChange.Of(version, await _log.ReadCommitAsync(version, cancellationToken)));
        return changes;
    }

    /// <summary>
    /// Removes the files that no version within the retention needs: those that were removed from the table before, and those that a process
    /// killed before its commit has left.
    /// </summary>
    /// <param name="retention">How long files are kept after they left the table, or were written without ever belonging to it.</param>
    /// <param name="remove">Whether to remove them; false only counts them.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<VacuumResult> VacuumAsync(TimeSpan retention, bool remove, CancellationToken cancellationToken)
    {
        TableSnapshot snapshot = await _log.ReadAsync(null, cancellationToken);
        if (snapshot.Version < 0)
            throw new BatchFunctionsException(ErrorKind.Request, $"There is no table in {_folder}: it has no {LogFileName.Folder}.");
        ProtocolSupport.RequireReadable(_folder.ToString(), snapshot);
        DateTimeOffset before = _time.GetUtcNow() - retention;
        HashSet<string> needed = new(StringComparer.Ordinal);
        foreach (string path in snapshot.Files.Keys)
            needed.Add(PartitionPath.Decode(path));
        foreach (RemoveFile tombstone in snapshot.Tombstones.Values)
        {
            if (tombstone.DeletionTimestamp >= before.ToUnixTimeMilliseconds())
                needed.Add(PartitionPath.Decode(tombstone.Path!));
        }

        string prefix = _folder.Path.Length == 0 ? "" : _folder.Path + "/";
        List<ObjectProperties> unneeded = [];
        await foreach (ObjectProperties found in _folder.Store.ListAsync(prefix, cancellationToken))
        {
            string relative = found.Key[prefix.Length..];
            if (!relative.StartsWith('_') && !relative.Contains("/_", StringComparison.Ordinal) && found.LastModified < before && !needed.Contains(relative))
                unneeded.Add(found);
        }

        if (remove)
        {
            await Parallel.ForEachAsync(
                unneeded,
                new ParallelOptions { MaxDegreeOfParallelism = CopiesAtOnce, CancellationToken = cancellationToken },
                async (file, token) => await _folder.Store.DeleteAsync(file.Key, token));
            await _folder.Store.RemoveStaleStagingAsync(prefix, retention, cancellationToken);
        }

        return new VacuumResult([.. unneeded.Select(f => f.Key[prefix.Length..])], unneeded.Sum(f => f.Length));
    }

    private static bool IsPublished(TableSnapshot snapshot, Publication publication) =>
        snapshot.Transactions.TryGetValue(publication.ApplicationId, out TableTransaction? done) && done.Version >= publication.Sequence;

    private async Task<AddFile[]> CopyAsync(Publication publication, CancellationToken cancellationToken)
    {
        string folder = PartitionPath.Of(publication.Partition.Select(p => KeyValuePair.Create(p.Column.Name, p.Value)));
        var files = new AddFile[publication.Files.Count];
        await Parallel.ForAsync(
            0,
            files.Length,
            new ParallelOptions { MaxDegreeOfParallelism = CopiesAtOnce, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                PublishedFile file = publication.Files[i];
                string path = folder + file.Name;
                await _folder.Store.CopyAsync(publication.Source, file.Key, _folder.Key(path), token);
                ObjectProperties copy = await _folder.Store.FindAsync(_folder.Key(path), token)
                    ?? throw new BatchFunctionsException(ErrorKind.Integrity, $"{_folder.Below(path)} is gone right after it was written. Is something else deleting in this folder?");
                ParquetFooter footer = await FooterReader.ReadAsync(new SourceFile(_folder.Store, copy.Key, copy.Length, copy.ETag), token, statistics: true);
                files[i] = new AddFile
                {
                    Path = PartitionPath.Encode(path),
                    PartitionValues = publication.Partition.ToDictionary(p => p.Column.Name, p => p.Value),
                    Size = copy.Length,
                    ModificationTime = copy.LastModified.ToUnixTimeMilliseconds(),
                    DataChange = true,
                    Stats = FileStatistics.Of(footer),
                };
            });
        return files;
    }

    private IEnumerable<LogEntry> EntriesFor(TableSnapshot snapshot, Publication publication, AddFile[] files)
    {
        TableMetadata metadata = MetadataFor(snapshot, publication.Columns, publication.Partition, publication.Mode);
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        AddFile[] replaced = [.. snapshot.Files.Values.Where(f => IsReplaced(f, publication)).OrderBy(f => f.Path, StringComparer.Ordinal)];

        yield return new LogEntry { CommitInfo = InfoOf(publication, files, replaced, now) };
        if (snapshot.Version < 0)
            yield return new LogEntry { Protocol = snapshot.Protocol };
        if (!ReferenceEquals(metadata, snapshot.Metadata))
            yield return new LogEntry { Metadata = metadata };
        yield return new LogEntry { Transaction = new TableTransaction { AppId = publication.ApplicationId, Version = publication.Sequence, LastUpdated = now } };
        foreach (AddFile file in replaced)
        {
            yield return new LogEntry
            {
                Remove = new RemoveFile
                {
                    Path = file.Path,
                    DeletionTimestamp = now,
                    DataChange = true,
                    ExtendedFileMetadata = true,
                    PartitionValues = file.PartitionValues,
                    Size = file.Size,
                },
            };
        }

        foreach (AddFile file in files)
            yield return new LogEntry { Add = file };
    }

    private static bool IsReplaced(AddFile file, Publication publication) => publication.Mode switch
    {
        TableMode.Overwrite => true,
        TableMode.OverwritePartition => publication.Partition.All(p => file.PartitionValues?.GetValueOrDefault(p.Column.Name) == p.Value),
        _ => false,
    };

    private TableMetadata MetadataFor(TableSnapshot snapshot, Schema columns, IReadOnlyList<PartitionValue> partition, TableMode mode)
    {
        string table = _folder.ToString();
        ProtocolSupport.RequireWritable(table, snapshot);
        TableMetadata? existing = snapshot.Metadata;
        string[] asked = [.. partition.Select(p => p.Column.Name)];
        if (existing is not null && !asked.SequenceEqual(existing.PartitionColumns ?? []))
        {
            throw new BatchFunctionsException(
                ErrorKind.Request,
                $"The table {table} is partitioned by {Words(existing.PartitionColumns)}, the pipeline's output.table.partition_by says {Words(asked)}. Write what the table has, or write to another table.");
        }

        if (mode != TableMode.Append && string.Equals(existing?.Setting(AppendOnly), "true", StringComparison.OrdinalIgnoreCase))
            throw new BatchFunctionsException(ErrorKind.Request, $"The table {table} only lets rows be added ({AppendOnly} is true). Write output.table.mode: append, or write to another table.");
        if (columns.FirstOrDefault(c => asked.Contains(c.Name, StringComparer.OrdinalIgnoreCase)) is { } twice)
            throw new BatchFunctionsException(ErrorKind.Request, $"The table {table} is to be partitioned by '{twice.Name}', which the predictions have as a column of their own. Take it out of output.include.");
        string schema = TableSchema.Merge(table, existing, [.. columns, .. partition.Select(p => p.Column)]);
        if (existing is not null)
            return schema == existing.SchemaString ? existing : existing.WithSchema(schema);
        return new TableMetadata
        {
            Id = Guid.NewGuid().ToString(),
            Format = new TableFormat { Provider = TableFormat.Parquet, Options = [] },
            SchemaString = schema,
            PartitionColumns = [.. asked],
            Configuration = [],
            CreatedTime = _time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
    }

    private static string Words(IReadOnlyCollection<string>? columns) => columns is { Count: > 0 } ? string.Join(", ", columns) : "nothing";

    private static CommitInfo InfoOf(Publication publication, AddFile[] files, AddFile[] replaced, long now) => new()
    {
        Timestamp = now,
        Operation = "WRITE",
        OperationParameters = new()
        {
            ["mode"] = Text(publication.Mode == TableMode.Append ? "Append" : "Overwrite"),
            ["partitionBy"] = Text(JsonSerializer.Serialize([.. publication.Partition.Select(p => p.Column.Name)], LogJson.Lines.ListString)),
        },
        OperationMetrics = new()
        {
            ["numFiles"] = Text(files.Length.ToString(CultureInfo.InvariantCulture)),
            ["numOutputRows"] = Text(files.Sum(f => StatisticsText.RowsOf(f.Stats) ?? 0).ToString(CultureInfo.InvariantCulture)),
            ["numOutputBytes"] = Text(files.Sum(f => f.Size).ToString(CultureInfo.InvariantCulture)),
            ["numRemovedFiles"] = Text(replaced.Length.ToString(CultureInfo.InvariantCulture)),
        },
        EngineInfo = EngineInfo,
        IsBlindAppend = publication.Mode == TableMode.Append,
        JobId = publication.JobId,
    };

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, LogJson.Lines.String);

    // The rows are in the table by now: a checkpoint that cannot be written only makes the next readers slower.
    private async Task WriteCheckpointAsync(long version, CancellationToken cancellationToken)
    {
        if (version == 0 || version % TableLog.CheckpointInterval != 0)
            return;
        try
        {
            TableSnapshot snapshot = await _log.ReadAsync(version, cancellationToken);
            await _log.WriteCheckpointAsync(snapshot, _time.GetUtcNow() - DefaultTombstoneRetention, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _logger.LogWarning(e, "The checkpoint of version {Version} of {Table} could not be written; the next one will be.", version, _folder);
        }
    }
}
