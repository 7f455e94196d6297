using System.Globalization;

namespace BatchFunctions.Tables.Log;

/// <summary>
/// Which files brought rows to a table over some versions. A version that only lays rows out anew brings none: the rows are scored from the files in
/// which they came.
/// </summary>
/// <param name="table">The table's name, for messages.</param>
internal sealed class AddedFiles(string table)
{
    private readonly Dictionary<string, AddFile> _added = new(StringComparer.Ordinal);

    // Files in which added rows are now, among others that were there before.
    private readonly HashSet<string> _mixed = new(StringComparer.Ordinal);

    /// <summary>The files, those included whose rows were laid out anew since.</summary>
    public IReadOnlyCollection<AddFile> Files => _added.Values;

    /// <summary>Takes in the next version.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: it changes or replaces rows that were there before.</exception>
    public void Apply(long version, IReadOnlyList<LogEntry> entries)
    {
        AddFile[] adds = [.. entries.Select(e => e.Add).OfType<AddFile>().Where(a => a.Path is not null)];
        RemoveFile[] removes = [.. entries.Select(e => e.Remove).OfType<RemoveFile>().Where(r => r.Path is not null)];
        bool bringsRows = adds.Any(a => a.DataChange);
        foreach (RemoveFile remove in removes.Where(r => r.DataChange))
        {
            // Of rows that are new themselves nothing was scored yet.
            if (_mixed.Contains(remove.Path!) || (!_added.Remove(remove.Path!) && bringsRows))
                throw Changed(version, entries);
        }

        if (removes.Any(r => !r.DataChange && (_added.ContainsKey(r.Path!) || _mixed.Contains(r.Path!))))
            _mixed.UnionWith(adds.Where(a => !a.DataChange && !_added.ContainsKey(a.Path!)).Select(a => a.Path!));
        foreach (AddFile add in adds.Where(a => a.DataChange))
        {
            _added[add.Path!] = add.DeletionVector is { ValueKind: System.Text.Json.JsonValueKind.Object } ? throw Changed(version, entries) : add;
        }
    }

    private BatchFunctionsException Changed(long version, IReadOnlyList<LogEntry> entries)
    {
        string operation = entries.Select(e => e.CommitInfo?.Operation).FirstOrDefault(o => o is not null) is { } name ? $" ({name})" : "";
        return new(
            ErrorKind.Request,
            string.Create(CultureInfo.InvariantCulture, $"Version {version} of the table {table}{operation} changes or replaces rows that were there before, and its log does not tell which of them are new."));
    }
}
