using System.Text;
using BatchFunctions.Data;

namespace BatchFunctions.Tests.Data;

/// <summary>Makes columns of values for writers.</summary>
internal static class ParquetColumns
{
    /// <summary>A column of the type of <paramref name="field"/>; dates are days, timestamps microseconds, null is null.</summary>
    public static Column Of(Field field, IReadOnlyList<object?> values)
    {
        Column column = Column.Create(field);
        column.Reset(values.Count);
        for (int row = 0; row < values.Count; row++)
            Set(column, row, values[row]);
        return column;
    }

    public static Column Of<T>(string name, DataType type, params T?[] values)
        where T : struct => Of(new Field(name, type), [.. values.Select(v => (object?)v)]);

    public static Column Text(string name, params string?[] values) => Of(new Field(name, DataType.String), values);

    private static void Set(Column column, int row, object? value)
    {
        switch (column, value)
        {
            case (Utf8Column text, null):
                text.AppendNull();
                break;
            case (_, null):
                column.SetNull(row);
                break;
            case (Utf8Column text, string s):
                text.Append(Encoding.UTF8.GetBytes(s));
                break;
            case (Column<bool> c, bool v):
                c.Values[row] = v;
                break;
            case (Column<int> c, int v):
                c.Values[row] = v;
                break;
            case (Column<long> c, long v):
                c.Values[row] = v;
                break;
            case (Column<float> c, float v):
                c.Values[row] = v;
                break;
            case (Column<double> c, double v):
                c.Values[row] = v;
                break;
            case (Column<decimal> c, decimal v):
                c.Values[row] = v;
                break;
            default:
                throw new ArgumentException($"{value} is no {column.Field.Type}.", nameof(value));
        }
    }
}
