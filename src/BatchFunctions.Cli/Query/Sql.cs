using BatchFunctions.Tables;

namespace BatchFunctions.Cli.Query;

/// <summary>Writes pieces of DuckDB's SQL.</summary>
internal static class Sql
{
    /// <summary>A text.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A name.</summary>
    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The rows of some files, a column that one of them lacks being null.</summary>
    public static string Rows(IEnumerable<string> paths) =>
        $"SELECT * FROM read_parquet([{string.Join(", ", paths.Select(Text))}], union_by_name = true, hive_partitioning = false)";

    /// <summary>The type of a table's column.</summary>
    public static string TypeOf(TableColumn column) => column.TypeName switch
    {
        "string" => "VARCHAR",
        "long" => "BIGINT",
        "short" => "SMALLINT",
        "byte" => "TINYINT",
        "timestamp" => "TIMESTAMPTZ",
        "timestamp_ntz" => "TIMESTAMP",
        "binary" => "BLOB",
        var name => name.ToUpperInvariant(),
    };
}
