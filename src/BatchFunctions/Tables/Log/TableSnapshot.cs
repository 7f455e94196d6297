namespace BatchFunctions.Tables.Log;

/// <summary>A table as it stands at a version.</summary>
internal sealed class TableSnapshot
{
    private readonly Dictionary<string, AddFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RemoveFile> _tombstones = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TableTransaction> _transactions = new(StringComparer.Ordinal);

    /// <summary>The version, from 0; -1 where there is no table yet.</summary>
    public long Version { get; private set; } = -1;

    /// <summary>What one must know to work with it.</summary>
    public TableProtocol Protocol { get; private set; } = new() { MinReaderVersion = 1, MinWriterVersion = 2 };

    /// <summary>What its rows are like; null where there is no table yet.</summary>
    public TableMetadata? Metadata { get; private set; }

    /// <summary>Its data files by path.</summary>
    public IReadOnlyDictionary<string, AddFile> Files => _files;

    /// <summary>The files that it no longer has by path, as far as the log still tells.</summary>
    public IReadOnlyDictionary<string, RemoveFile> Tombstones => _tombstones;

    /// <summary>How far applications have got, by their id.</summary>
    public IReadOnlyDictionary<string, TableTransaction> Transactions => _transactions;

    /// <summary>Takes in the actions of the next version, or of a checkpoint. Their order within it means nothing.</summary>
    public void Apply(long version, IReadOnlyList<LogEntry> entries)
    {
        Version = version;

        // One version may take a file out and put it in again, with other deleted rows.
        foreach (LogEntry entry in entries)
        {
            if (entry.Remove is { Path: { } removed } remove)
            {
                _files.Remove(removed);
                _tombstones[removed] = remove;
            }
        }

        foreach (LogEntry entry in entries)
            Apply(entry);
    }

    private void Apply(LogEntry entry)
    {
        if (entry.Protocol is { } protocol)
            Protocol = protocol;
        if (entry.Metadata is { Id: not null } metadata)
            Metadata = metadata;
        if (entry.Transaction is { AppId: { } id } transaction)
            _transactions[id] = transaction;
        if (entry.Add is { Path: { } added } add)
        {
            _tombstones.Remove(added);
            _files[added] = add;
        }
    }
}
