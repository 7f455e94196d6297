using BatchFunctions.Tables;

namespace BatchFunctions.Sql;

/// <summary>The rows of a Delta table as a query over its files.</summary>
internal static class TableRows
{
    /// <summary>Rows without any: they give the columns their order and types, also where no file has them.</summary>
    public static string None(TableState table) =>
        $"SELECT {string.Join(", ", table.Columns.Where(c => c.Type is not null).Select(c => $"NULL::{SqlText.TypeOf(c)} AS {SqlText.Name(c.Name)}"))} WHERE false";

    /// <summary>The rows of files that share the values of the partition columns.</summary>
    public static string Of(TableState table, IReadOnlyDictionary<string, string?> values, IEnumerable<string> paths)
    {
        string constants = string.Concat(table.Columns.Where(c => table.PartitionColumns.Contains(c.Name)).Select(c =>
            $", {(values.GetValueOrDefault(c.Name) is { Length: > 0 } value ? SqlText.Of(value) : "NULL")}::{SqlText.TypeOf(c)} AS {SqlText.Name(c.Name)}"));
        return $"SELECT *{constants} FROM ({SqlText.Rows(paths)})";
    }
}
