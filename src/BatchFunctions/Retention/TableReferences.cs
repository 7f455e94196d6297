using System.Text.RegularExpressions;
using BatchFunctions.Storage;
using BatchFunctions.Tables;
using BatchFunctions.Tables.Log;

namespace BatchFunctions.Retention;

/// <summary>
/// Which jobs' rows a table has, in its current version or in one that can still be read: files that left the table count until they are
/// vacuumed, since whoever asks for an earlier version reads them.
/// </summary>
internal sealed partial class TableReferences
{
    private readonly HashSet<string> _jobs = new(StringComparer.Ordinal);
    private readonly List<string> _paths = [];

    private TableReferences()
    {
    }

    /// <summary>Reads a table.</summary>
    /// <param name="table">Its folder; there need be no table any more.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BatchFunctionsException">Its log is damaged.</exception>
    public static async Task<TableReferences> ReadAsync(StoreLocation table, CancellationToken cancellationToken)
    {
        var references = new TableReferences();
        TableSnapshot snapshot = await new TableLog(table).ReadAsync(null, cancellationToken);
        foreach (string path in snapshot.Files.Keys)
            references.Add(PartitionPath.Decode(path));

        string prefix = table.Path.Length == 0 ? "" : table.Path + "/";
        HashSet<string> there = new(StringComparer.Ordinal);
        await foreach (ObjectProperties file in table.Store.ListAsync(prefix, cancellationToken))
            there.Add(file.Key[prefix.Length..]);
        foreach (string path in snapshot.Tombstones.Keys.Select(PartitionPath.Decode).Where(p => there.Contains(p) || IsElsewhere(p)))
            references.Add(path);
        return references;
    }

    /// <summary>Whether the table has rows of a job, or files of its run folder.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="run">Its run folder.</param>
    public bool ReferTo(string jobId, StoreLocation run)
    {
        // One store has several addresses, but below each of them a run folder is PIPELINE/DATE/JOB.
        string folder = $"/{string.Join('/', run.ToString().Split('/')[^3..])}/";
        return _jobs.Contains(jobId) || _paths.Exists(p => p.Contains(folder, StringComparison.Ordinal));
    }

    // A table may be made of files that stay where they were written; the log then has their addresses.
    private static bool IsElsewhere(string path) => path.StartsWith('/') || path.Contains("://", StringComparison.Ordinal);

    private void Add(string path)
    {
        if (PublishedName().Match(path) is { Success: true } match)
            _jobs.Add(match.Groups["job"].Value);
        if (IsElsewhere(path))
            _paths.Add(path);
    }

    [GeneratedRegex(@"(?:^|/)part-(?:r\d+-)?\d+-[0-9a-f]+-(?<job>[A-Za-z0-9-]+)\.parquet$", RegexOptions.CultureInvariant)]
    private static partial Regex PublishedName();
}
