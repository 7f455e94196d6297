using BatchFunctions.Data;

namespace BatchFunctions.Tests.Expressions;

/// <summary>Records as rows of objects, and the columns that hold the same.</summary>
internal static class Records
{
    /// <summary>Every type of column, some twice, so that columns can be compared with each other.</summary>
    public static Schema Schema { get; } = new(
    [
        new("a", DataType.Int64), new("b", DataType.Int64), new("c", DataType.Int32),
        new("x", DataType.Float64), new("y", DataType.Float64), new("f", DataType.Float32), new("g", DataType.Float32),
        new("m", DataType.Decimal), new("n", DataType.Decimal),
        new("s", DataType.String), new("odd \"name\"", DataType.String),
        new("p", DataType.Bool), new("q", DataType.Bool),
        new("d", DataType.Date), new("z", DataType.Timestamp),
    ]);

    /// <summary>Columns for rows of <c>long</c>, <c>int</c>, <c>double</c>, <c>float</c>, <c>decimal</c>, <c>string</c>, <c>bool</c> or null.</summary>
    public static Column[] Columns(IReadOnlyList<Field> fields, IReadOnlyList<object?[]> rows) => [.. fields.Select(f => Fill(f, [.. rows.Select(r => r[Schema.IndexOf(f.Name)])]))];

    /// <summary>A column with values.</summary>
    public static Column Fill(Field field, params object?[] values)
    {
        Column column = Column.Create(field);
        column.Reset(values.Length);
        Fill(column, values);
        return column;
    }

    /// <summary>Gives the values to a column that was reset to as many.</summary>
    public static void Fill(Column column, object?[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            switch (column)
            {
                case Utf8Column text when values[i] is null:
                    text.AppendNull();
                    break;
                case Utf8Column text:
                    text.Append((string)values[i]!);
                    break;
                case var _ when values[i] is null:
                    column.SetNull(i);
                    break;
                case Column<long> c:
                    c.Values[i] = Convert.ToInt64(values[i], null);
                    break;
                case Column<int> c:
                    c.Values[i] = Convert.ToInt32(values[i], null);
                    break;
                case Column<double> c:
                    c.Values[i] = Convert.ToDouble(values[i], null);
                    break;
                case Column<float> c:
                    c.Values[i] = Convert.ToSingle(values[i], null);
                    break;
                case Column<decimal> c:
                    c.Values[i] = Convert.ToDecimal(values[i], null);
                    break;
                case Column<bool> c:
                    c.Values[i] = (bool)values[i]!;
                    break;
                default:
                    throw new InvalidOperationException(column.Field.Name);
            }
        }
    }

    /// <summary>A record with values that often meet each other, often are missing, and sometimes are at the ends of what there is.</summary>
    public static object?[] Random(Random random) => [.. Schema.Select(f => random.Next(5) == 0 ? null : Random(random, f.Type))];

    private static object Random(Random random, DataType type) => type switch
    {
        DataType.Int64 => random.Next(8) switch { 0 => long.MaxValue - random.Next(2), 1 => long.MinValue + random.Next(2), 2 => (1L << 53) + random.Next(3), _ => random.Next(-3, 4) },
        DataType.Int32 => random.Next(8) == 0 ? int.MinValue : random.Next(-3, 4),
        DataType.Float64 => random.Next(10) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => -1e308, 3 => (double)(1L << 53), _ => random.Next(-4, 5) / 2.0 },
        DataType.Float32 => random.Next(8) switch { 0 => float.NaN, 1 => 0.7f, 2 => 0.1f, _ => random.Next(-4, 5) / 2f },
        DataType.Decimal => random.Next(8) switch { 0 => decimal.MaxValue, 1 => 0.1m, 2 => 12345678901234567890.12345678m, _ => random.Next(-4, 5) / 2m },
        DataType.String => new[] { "", "a", "A", "north", "süd", "it's", "𝛼", "\uffff" }[random.Next(8)],
        DataType.Bool => random.Next(2) == 0,
        DataType.Date => random.Next(-2, 3),
        _ => random.Next(-2, 3) * 43_200_000_000L,
    };
}
