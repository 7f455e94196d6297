using BatchFunctions.Tables;

namespace BatchFunctions.Sql;

/// <summary>Writes pieces of DuckDB's SQL.</summary>
internal static class SqlText
{
    /// <summary>A text.</summary>
    public static string Of(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A list of texts.</summary>
    public static string ListOf(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Of))}]";

    /// <summary>A name.</summary>
    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The rows of some Parquet files, a column that one of them lacks being null.</summary>
    public static string Rows(IEnumerable<string> paths) =>
        $"SELECT * FROM read_parquet({ListOf(paths)}, union_by_name = true, hive_partitioning = false)";

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
