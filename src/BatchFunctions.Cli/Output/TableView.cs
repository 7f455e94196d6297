using BatchFunctions.Tables;

namespace BatchFunctions.Cli.Output;

/// <summary>A table, as a script reads it.</summary>
internal sealed record TableView(
    string Name,
    string Folder,
    long Version,
    long? Rows,
    int Files,
    long Bytes,
    DateTimeOffset? CreatedAt,
    IReadOnlyList<string> PartitionBy,
    IReadOnlyList<TableColumnView> Columns)
{
    public static TableView Of(TableName name, string folder, TableState state) => new(
        name.ToString(),
        folder,
        state.Version,
        state.Files.Any(f => f.Rows is null) ? null : state.Files.Sum(f => f.Rows),
        state.Files.Count,
        state.Files.Sum(f => f.Length),
        state.CreatedAt,
        state.PartitionColumns,
        [.. state.Columns.Select(c => new TableColumnView(c.Name, c.TypeName, c.Nullable))]);
}
