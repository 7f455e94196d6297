using BatchFunctions.Data;
using BatchFunctions.Pipelines;
using BatchFunctions.Views;

namespace BatchFunctions.Sql;

/// <summary>What a second source adds to the first, as pieces of a query.</summary>
/// <param name="Condition">Which rows belong together.</param>
/// <param name="Keys">The second source's columns that are compared.</param>
/// <param name="Added">Its columns that are added.</param>
internal sealed record JoinedRows(string Condition, IReadOnlyList<ViewColumn> Keys, IReadOnlyList<SqlColumn> Added)
{
    private const string Path = "source.join";

    /// <summary>Ties a join to columns.</summary>
    /// <exception cref="ViewQueryException">It does not fit them.</exception>
    public static JoinedRows Of(JoinDefinition join, ColumnList left, ColumnList right, IReadOnlyDictionary<string, DataType> types)
    {
        List<string> conditions = [];
        List<ViewColumn> keys = [];
        foreach (string name in join.On)
        {
            ViewColumn one = left.Require(name, $"{Path}.on", types), other = right.Require(name, $"{Path}.on", types);
            if (Family(one.Kind) != Family(other.Kind))
            {
                throw new ViewQueryException(
                    $"{Path}.on",
                    0,
                    $"'{name}' is {one.Column.Type} in {left.Of} and {other.Column.Type} in {right.Of}, which are never equal. {(one.IsPlainText || other.IsPlainText ? $"Say what the text is, as in validation.columns.{name}.type: int64, or join them by source.sql." : "Join them by source.sql.")}");
            }

            conditions.Add($"l.{Qualified(one)} = r.{Qualified(other)}");
            keys.Add(other);
        }

        SqlColumn[] added = join.Columns is { } wanted
            ? [.. wanted.Select(c => right.Require(c, $"{Path}.columns"))]
            : [.. right.Columns.Where(c => !join.On.Contains(c.Name))];
        string[] both = [.. added.Select(c => c.Name).Where(name => left.Columns.Any(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))];
        return both.Length == 0
            ? new JoinedRows(string.Join(" AND ", conditions), keys, added)
            : throw new ViewQueryException($"{Path}.columns", 0, $"{left.Of} and {right.Of} both have {string.Join(", ", both.Select(b => $"'{b}'"))}. Name in {Path}.columns those to add, without {(both.Length == 1 ? "it" : "them")}, or rename by source.sql.");

        static string Qualified(ViewColumn column) => SqlText.Name(KeyName(column));
    }

    /// <summary>The name under which a column's value to compare by is at hand.</summary>
    public static string KeyName(ViewColumn column) => $"key {column.Column.Name}";

    /// <summary>A query for one key that several rows have.</summary>
    public string Repeated(string rows) =>
        $"SELECT {string.Join(" || ', ' || ", Keys.Select(k => $"CAST({SqlText.Name(KeyName(k))} AS VARCHAR)"))} AS key, count(*) AS rows FROM {rows} "
        + $"WHERE {string.Join(" AND ", Keys.Select(k => $"{SqlText.Name(KeyName(k))} IS NOT NULL"))} GROUP BY {string.Join(", ", Keys.Select(k => SqlText.Name(KeyName(k))))} HAVING count(*) > 1 LIMIT 1";

    private static ColumnKind Family(ColumnKind kind) => kind switch
    {
        ColumnKind.Floating => ColumnKind.Number,
        ColumnKind.Day => ColumnKind.Time,
        _ => kind,
    };
}
