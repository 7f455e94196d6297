using BatchFunctions.Storage;
using BatchFunctions.Tables.Log;

namespace BatchFunctions.Tables;

/// <summary>A table as it stands at a version.</summary>
public sealed record TableState
{
    /// <summary>The version, from 0.</summary>
    public required long Version { get; init; }

    /// <summary>The table's unique id.</summary>
    public required string Id { get; init; }

    /// <summary>The columns, the partition columns among them.</summary>
    public required IReadOnlyList<TableColumn> Columns { get; init; }

    /// <summary>The names of the columns that the table is partitioned by.</summary>
    public required IReadOnlyList<string> PartitionColumns { get; init; }

    /// <summary>The data files, in ordinal order of their keys.</summary>
    public required IReadOnlyList<TableFile> Files { get; init; }

    /// <summary>When the table was made, or null where its log does not tell.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    internal static TableState Of(StoreLocation folder, TableSnapshot snapshot) => new()
    {
        Version = snapshot.Version,
        Id = snapshot.Metadata!.Id!,
        Columns = TableSchema.ColumnsOf(snapshot.Metadata),
        PartitionColumns = snapshot.Metadata.PartitionColumns ?? [],
        Files =
        [
            .. snapshot.Files.Values
                .Select(f => FileOf(folder, f))
                .OrderBy(f => f.Key, StringComparer.Ordinal),
        ],
        CreatedAt = snapshot.Metadata.CreatedTime is { } created ? DateTimeOffset.FromUnixTimeMilliseconds(created) : null,
    };

    internal static TableFile FileOf(StoreLocation folder, AddFile file) =>
        new(KeyOf(folder, file.Path!), file.Size, StatisticsText.RowsOf(file.Stats), ValuesOf(file));

    private static Dictionary<string, string?> ValuesOf(AddFile file) =>
        (file.PartitionValues ?? []).ToDictionary(p => p.Key, p => string.IsNullOrEmpty(p.Value) ? null : p.Value);

    // A table may name files outside of its folder (a shallow clone does); those are somebody else's to read.
    private static string KeyOf(StoreLocation folder, string path) =>
        path.StartsWith('/') || path.Contains("://", StringComparison.Ordinal)
            ? throw new BatchFunctionsException(ErrorKind.Request, $"The table {folder} has files outside of its folder ({path}), which are not read. Read the table that it was cloned from, or make a deep clone.")
            : folder.Key(PartitionPath.Decode(path));
}
