using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Pipelines;
using BatchFunctions.Pipelines.Loading;
using BatchFunctions.Views;

namespace BatchFunctions.Sql;

/// <summary>
/// The newest row per key, as a query. The source is read twice: once only key, order and number, to find the rows that are kept, and once to
/// fetch them, so that memory holds what names the keys and not their rows.
/// </summary>
internal static class LatestRows
{
    /// <summary>The common table expressions that number a source's rows and find those that are kept.</summary>
    /// <param name="latest">What is asked for.</param>
    /// <param name="path">The path of its key in the pipeline.</param>
    /// <param name="source">What the rows are asked from, with a number as <paramref name="number"/>: a table expression's name.</param>
    /// <param name="number">The name of the column that numbers the rows.</param>
    /// <param name="columns">The columns of the source.</param>
    /// <param name="types">The types that the pipeline gives columns.</param>
    /// <returns>A query of the numbers of the rows that are kept.</returns>
    /// <exception cref="ViewQueryException">It does not fit the columns.</exception>
    public static string Numbers(
        LatestByDefinition latest, string path, string source, string number, ColumnList columns, IReadOnlyDictionary<string, DataType> types)
    {
        ViewColumn[] keys = [.. latest.Key.Select(k => columns.Require(k, $"{path}.key", types))];
        ViewColumn order = columns.Require(latest.Order, $"{path}.order", types);
        string condition = latest.AsOf is { } asOf ? $" WHERE {Known(order, asOf, $"{path}.as_of")}" : "";
        string names = string.Join(", ", keys.Select(k => SqlText.Name(k.Column.Name)));
        string missing = string.Join(" OR ", keys.Select(k => $"{SqlText.Name(k.Column.Name)} IS NULL"));

        // A row without a key is a group of its own. Structures are compared field by field.
        return $"SELECT max({{'known': {order.Sql} IS NOT NULL, 'order': {order.Sql}, 'row': {number}}}).row AS {number} FROM {source}{condition} GROUP BY {names}, CASE WHEN {missing} THEN {number} END";
    }

    private static string Known(ViewColumn order, string asOf, string path)
    {
        if (AsOfText.TryDay(asOf, out DateOnly day))
        {
            return order.Kind switch
            {
                ColumnKind.Day => $"{order.Sql} <= DATE {Day(day)}",
                ColumnKind.Time when day == DateOnly.MaxValue => $"{order.Sql} IS NOT NULL",
                ColumnKind.Time => $"{order.Sql} < TIMESTAMPTZ '{day.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} 00:00:00+00'",
                _ => throw Misfit(),
            };
        }

        if (AsOfText.TryTime(asOf, out DateTimeOffset time))
        {
            return order.Kind switch
            {
                ColumnKind.Day => $"{order.Sql} <= DATE {Day(DateOnly.FromDateTime(time.UtcDateTime))}",
                ColumnKind.Time => $"{order.Sql} <= TIMESTAMPTZ '{time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}+00'",
                _ => throw Misfit(),
            };
        }

        return order.Kind is ColumnKind.Number or ColumnKind.Floating ? $"{order.Sql} <= {asOf}" : throw Misfit();

        ViewQueryException Misfit() => new(path, 0, order.IsPlainText
            ? $"'{asOf}' cannot be compared with '{order.Column.Name}', which is text. Say what it is, as in validation.columns.{order.Column.Name}.type: timestamp."
            : $"'{asOf}' cannot be compared with '{order.Column.Name}', which is {order.Column.Type}. Write a {(order.Kind is ColumnKind.Number or ColumnKind.Floating ? "number" : "day or a time, for a column of days or times")}.");

        static string Day(DateOnly day) => SqlText.Of(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }
}
