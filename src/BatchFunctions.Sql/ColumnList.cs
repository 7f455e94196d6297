using BatchFunctions.Data;
using BatchFunctions.Views;

namespace BatchFunctions.Sql;

/// <summary>The columns of something that a view reads.</summary>
/// <param name="Of">What has them, for messages.</param>
/// <param name="Columns">The columns, in order.</param>
internal sealed record ColumnList(string Of, IReadOnlyList<SqlColumn> Columns)
{
    private const int Shown = 40;

    /// <summary>Finds a column that can be compared.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="path">The path of the key that names it.</param>
    /// <param name="types">The types that the pipeline gives columns.</param>
    /// <exception cref="ViewQueryException">There is none, or it holds lists or structures.</exception>
    public ViewColumn Require(string name, string path, IReadOnlyDictionary<string, DataType> types)
    {
        var column = ViewColumn.Of(Require(name, path), types);
        return column.Kind == ColumnKind.Nested
            ? throw new ViewQueryException(path, 0, $"'{name}' of {Of} is {column.Column.Type}, which has no order. Name a column of plain values.")
            : column;
    }

    /// <summary>Finds a column.</summary>
    /// <exception cref="ViewQueryException">There is none.</exception>
    public SqlColumn Require(string name, string path)
    {
        if (Columns.FirstOrDefault(c => c.Name == name) is { } column)
            return column;
        string near = NearestWord.Find(name, Columns.Select(c => c.Name)) is { } word ? $" (did you mean '{word}'?)" : "";
        throw new ViewQueryException(path, 0, $"{Of} has no column '{name}'{near}. It has {string.Join(", ", Columns.Take(Shown).Select(c => c.Name))}{(Columns.Count > Shown ? ", …" : "")}.");
    }

    /// <summary>Refuses columns that SQL cannot tell apart.</summary>
    /// <exception cref="ViewQueryException">There are such.</exception>
    public ColumnList RequireDistinct(string path, string advice)
    {
        IGrouping<string, SqlColumn>? same = Columns.GroupBy(c => c.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1);
        return same is null
            ? this
            : throw new ViewQueryException(path, 0, $"{Of} has {string.Join(" and ", same.Select(c => $"'{c.Name}'"))}, which cannot be told apart. {advice}");
    }

    /// <summary>A name that no column has.</summary>
    public string Unused(string name)
    {
        while (Columns.Any(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            name += "_";
        return name;
    }
}
