using BatchFunctions.Data;

namespace BatchFunctions.Sql;

/// <summary>A column as it is compared: as its own type, or, where it is text, as the type that the pipeline gives it.</summary>
/// <param name="Column">The column.</param>
/// <param name="Sql">Its value to compare by: null where there is none, or none of that type.</param>
/// <param name="Kind">What it can be compared with.</param>
internal sealed record ViewColumn(SqlColumn Column, string Sql, ColumnKind Kind)
{
    /// <summary>Whether it is text that no type is given to.</summary>
    public bool IsPlainText => Kind == ColumnKind.Text;

    /// <summary>Looks at a column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="types">The types that the pipeline gives columns.</param>
    public static ViewColumn Of(SqlColumn column, IReadOnlyDictionary<string, DataType> types)
    {
        string name = SqlText.Name(column.Name);
        ColumnKind kind = KindOf(column.Type);
        if (kind != ColumnKind.Text || !types.TryGetValue(column.Name, out DataType type))
            return new ViewColumn(column, kind == ColumnKind.Floating ? WithoutNaN(name) : name, kind);
        return type switch
        {
            DataType.Int32 or DataType.Int64 => new ViewColumn(column, Try("BIGINT"), ColumnKind.Number),
            DataType.Decimal => new ViewColumn(column, Try("DECIMAL(38, 12)"), ColumnKind.Number),
            DataType.Float32 or DataType.Float64 => new ViewColumn(column, WithoutNaN(Try("DOUBLE")), ColumnKind.Floating),
            DataType.Date => new ViewColumn(column, Try("DATE"), ColumnKind.Day),
            DataType.Timestamp => new ViewColumn(column, Try("TIMESTAMPTZ"), ColumnKind.Time),
            DataType.Bool => new ViewColumn(column, Try("BOOLEAN"), ColumnKind.Flag),
            _ => new ViewColumn(column, name, ColumnKind.Text),
        };

        string Try(string wanted) => $"TRY_CAST({name} AS {wanted})";
    }

    private static string WithoutNaN(string value) => $"CASE WHEN isnan({value}) THEN NULL ELSE {value} END";

    private static ColumnKind KindOf(string type) => type switch
    {
        "VARCHAR" or "JSON" => ColumnKind.Text,
        "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "HUGEINT" or "UTINYINT" or "USMALLINT" or "UINTEGER" or "UBIGINT" or "UHUGEINT" => ColumnKind.Number,
        "FLOAT" or "DOUBLE" => ColumnKind.Floating,
        "DATE" => ColumnKind.Day,
        "BOOLEAN" => ColumnKind.Flag,
        _ when type.EndsWith(']') || type.StartsWith("STRUCT", StringComparison.Ordinal) || type.StartsWith("MAP", StringComparison.Ordinal) || type.StartsWith("UNION", StringComparison.Ordinal) => ColumnKind.Nested,
        _ when type.StartsWith("DECIMAL", StringComparison.Ordinal) => ColumnKind.Number,
        _ when type.StartsWith("TIMESTAMP", StringComparison.Ordinal) => ColumnKind.Time,
        _ => ColumnKind.Other,
    };
}
