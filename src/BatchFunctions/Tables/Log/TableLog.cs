using System.Buffers;
using System.Globalization;
using System.Text.Json;
using BatchFunctions.Storage;

namespace BatchFunctions.Tables.Log;

/// <summary>
/// The log of a table in the Delta Lake format: one file of actions a version, made with put-if-absent, and a checkpoint now and then. See
/// https://github.com/delta-io/delta/blob/master/PROTOCOL.md.
/// </summary>
/// <param name="table">The table's folder.</param>
internal sealed class TableLog(StoreLocation table)
{
    /// <summary>A checkpoint is written after so many versions.</summary>
    public const int CheckpointInterval = 10;

    private const int ReadsAtOnce = 16;

    /// <summary>The table's folder.</summary>
    public StoreLocation Table => table;

    /// <summary>Whether there is a table.</summary>
    public async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        await foreach (LogFile _ in ListAsync(cancellationToken))
            return true;
        return false;
    }

    /// <summary>Reads the table as it stands.</summary>
    /// <param name="version">The version to read, or null for the newest.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The table; one of version -1 where there is none and no version is asked for.</returns>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: the version does not exist or can no longer be read; <see cref="ErrorKind.Integrity"/>: the log has a gap or is damaged.
    /// </exception>
    public async Task<TableSnapshot> ReadAsync(long? version, CancellationToken cancellationToken)
    {
        List<LogFile> files = [];
        await foreach (LogFile file in ListAsync(cancellationToken))
        {
            if (version is null || file.Version <= version)
                files.Add(file);
        }

        var snapshot = new TableSnapshot();
        if (NewestCheckpoint(files) is { Count: > 0 } checkpoint)
        {
            foreach (LogFile part in checkpoint)
                snapshot.Apply(part.Version, await ReadCheckpointAsync(part, cancellationToken));
        }

        LogFile[] commits = [.. files.Where(f => f.Kind == LogFileKind.Commit && f.Version > snapshot.Version).OrderBy(f => f.Version)];
        for (int i = 0; i < commits.Length; i++)
        {
            if (commits[i].Version != snapshot.Version + 1 + i)
                throw GapBefore(commits[i].Version, files);
        }

        var entries = new IReadOnlyList<LogEntry>[commits.Length];
        await Parallel.ForAsync(
            0,
            commits.Length,
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
            async (i, token) => entries[i] = await ReadCommitAsync(commits[i].Version, token));
        for (int i = 0; i < commits.Length; i++)
            snapshot.Apply(commits[i].Version, entries[i]);

        if (version is { } asked && snapshot.Version != asked)
        {
            throw new BatchFunctionsException(
                ErrorKind.Request,
                snapshot.Version < 0
                    ? $"There is no table in {table}."
                    : string.Create(CultureInfo.InvariantCulture, $"{table} has no version {asked}; the newest is {snapshot.Version}."));
        }

        if (snapshot.Version >= 0 && snapshot.Metadata is null)
            throw Damaged("has no metadata");
        return snapshot;
    }

    /// <summary>Reads the actions of one version.</summary>
    public async Task<IReadOnlyList<LogEntry>> ReadCommitAsync(long version, CancellationToken cancellationToken)
    {
        byte[] bytes = await table.Store.FindBytesAsync(table.Key(LogFileName.OfCommit(version)), cancellationToken)
            ?? throw Damaged(string.Create(CultureInfo.InvariantCulture, $"has lost version {version} of its log"));
        return Parse(bytes, version);
    }

    /// <summary>The versions whose commits are there, the newest first.</summary>
    public async Task<IReadOnlyList<long>> ListVersionsAsync(CancellationToken cancellationToken)
    {
        List<long> versions = [];
        await foreach (LogFile file in ListAsync(cancellationToken))
        {
            if (file.Kind == LogFileKind.Commit)
                versions.Add(file.Version);
        }

        versions.Reverse();
        return versions;
    }

    /// <summary>Makes a version of <paramref name="entries"/>.</summary>
    /// <returns>False where another writer has made that version: nothing is changed then.</returns>
    public async Task<bool> CommitAsync(long version, IEnumerable<LogEntry> entries, CancellationToken cancellationToken)
    {
        var lines = new ArrayBufferWriter<byte>();
        foreach (LogEntry entry in entries)
        {
            lines.Write(JsonSerializer.SerializeToUtf8Bytes(entry, LogJson.Lines.LogEntry));
            lines.Write("\n"u8);
        }

        return await table.Store.PutAsync(table.Key(LogFileName.OfCommit(version)), lines.WrittenMemory, PutCondition.IfAbsent, cancellationToken) is not null;
    }

    /// <summary>Writes the checkpoint of a version, so that readers need not go back further. Run again, it ends the same.</summary>
    /// <param name="snapshot">The table at that version.</param>
    /// <param name="tombstonesSince">Files removed before are left out: no reader of an earlier version can be waiting for them.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task WriteCheckpointAsync(TableSnapshot snapshot, DateTimeOffset tombstonesSince, CancellationToken cancellationToken)
    {
        long since = tombstonesSince.ToUnixTimeMilliseconds();
        List<LogEntry> entries =
        [
            new() { Protocol = snapshot.Protocol },
            new() { Metadata = snapshot.Metadata },
            .. snapshot.Transactions.Values.OrderBy(t => t.AppId, StringComparer.Ordinal).Select(t => new LogEntry { Transaction = t }),
            .. snapshot.Tombstones.Values.Where(t => t.DeletionTimestamp >= since).OrderBy(t => t.Path, StringComparer.Ordinal).Select(t => new LogEntry { Remove = t.WithoutDataChange() }),
            .. snapshot.Files.Values.OrderBy(f => f.Path, StringComparer.Ordinal).Select(f => new LogEntry { Add = f.WithoutDataChange() }),
        ];
        await using (StagedObject staged = await table.Store.StageAsync(table.Key(LogFileName.Folder), cancellationToken))
        {
            await CheckpointFile.WriteAsync(entries, staged.Stream, cancellationToken);
            await staged.CommitAsync(table.Key(LogFileName.OfCheckpoint(snapshot.Version)), PutCondition.IfAbsent, cancellationToken);
        }

        var last = new LastCheckpoint { Version = snapshot.Version, Size = entries.Count };
        await table.Store.PutAsync(
            table.Key(LogFileName.LastCheckpoint), JsonSerializer.SerializeToUtf8Bytes(last, LogJson.Lines.LastCheckpoint), PutCondition.None, cancellationToken);
    }

    private async IAsyncEnumerable<LogFile> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string prefix = table.Key(LogFileName.Folder) + "/";
        await foreach (ObjectProperties found in table.Store.ListAsync(prefix, cancellationToken))
        {
            if (LogFileName.Parse(found.Key[prefix.Length..]) is { } file)
                yield return file;
        }
    }

    // A checkpoint in several files counts only where all of them are there: its writer may have been killed.
    private static List<LogFile> NewestCheckpoint(List<LogFile> files) =>
    [
        .. files
            .Where(f => f.Kind == LogFileKind.Checkpoint)
            .GroupBy(f => (f.Version, f.Parts))
            .Where(g => g.Count() == g.Key.Parts)
            .OrderByDescending(g => g.Key.Version)
            .FirstOrDefault() ?? Enumerable.Empty<LogFile>(),
    ];

    private async Task<IReadOnlyList<LogEntry>> ReadCheckpointAsync(LogFile file, CancellationToken cancellationToken)
    {
        byte[] bytes = await table.Store.FindBytesAsync(table.Key($"{LogFileName.Folder}/{file.Name}"), cancellationToken)
            ?? throw Damaged($"has lost its checkpoint {file.Name}");
        try
        {
            using var stream = new MemoryStream(bytes, writable: false);
            return await CheckpointFile.ReadAsync(stream, cancellationToken) ?? throw SecondForm();
        }
        catch (Exception e) when (e is not OperationCanceledException and not BatchFunctionsException)
        {
            throw Damaged($"has a checkpoint that cannot be read, {file.Name}: {e.Message}", e);
        }
    }

    private List<LogEntry> Parse(ReadOnlyMemory<byte> bytes, long version)
    {
        var entries = new List<LogEntry>();
        ReadOnlySpan<byte> rest = bytes.Span;
        while (rest.Length > 0)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.Trim(" \r\t"u8).IsEmpty)
                continue;
            try
            {
                entries.Add(JsonSerializer.Deserialize(line, LogJson.Lines.LogEntry)!);
            }
            catch (JsonException e)
            {
                throw Damaged(string.Create(CultureInfo.InvariantCulture, $"has a log whose version {version} cannot be read: {e.Message}"), e);
            }
        }

        return entries;
    }

    private BatchFunctionsException GapBefore(long version, List<LogFile> files) =>
        files.Exists(f => f.Kind == LogFileKind.NamedCheckpoint)
            ? SecondForm()
            : Damaged(string.Create(CultureInfo.InvariantCulture, $"has a gap in its log: version {version} is there, the one before it is not, and no checkpoint covers it"));

    private BatchFunctionsException SecondForm() =>
        new(ErrorKind.Request, $"{table} keeps its state in checkpoints of the second form (v2), which are not read here. Turn the table feature v2Checkpoint off.");

    private BatchFunctionsException Damaged(string what, Exception? inner = null) => new(ErrorKind.Integrity, $"The table {table} {what}.", inner);
}
