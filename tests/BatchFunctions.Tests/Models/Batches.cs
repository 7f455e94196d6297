using BatchFunctions.Data;

namespace BatchFunctions.Tests.Models;

/// <summary>Makes batches of given values.</summary>
internal static class Batches
{
    /// <summary>A batch of columns, each with a name, a type and values; null is missing.</summary>
    public static RecordBatch Of(params (string Name, DataType Type, object?[] Values)[] columns)
    {
        RecordBatch batch = new();
        batch.Reset(new Schema(columns.Select(c => new Field(c.Name, c.Type))), columns[0].Values.Length);
        for (int c = 0; c < columns.Length; c++)
            for (int row = 0; row < columns[c].Values.Length; row++)
                Set(batch.Columns[c], row, columns[c].Values[row]);
        return batch;
    }

    /// <summary>Sets a value; text must come row by row.</summary>
    public static void Set(Column column, int row, object? value)
    {
        switch (column)
        {
            case Utf8Column c when value is null:
                c.AppendNull();
                break;
            case Utf8Column c:
                c.Append((string)value);
                break;
            default:
                if (value is null)
                    column.SetNull(row);
                else
                    SetNumber(column, row, value);
                break;
        }
    }

    private static void SetNumber(Column column, int row, object value)
    {
        switch (column)
        {
            case Column<double> c:
                c.Values[row] = Convert.ToDouble(value, null);
                break;
            case Column<float> c:
                c.Values[row] = Convert.ToSingle(value, null);
                break;
            case Column<long> c:
                c.Values[row] = Convert.ToInt64(value, null);
                break;
            case Column<int> c:
                c.Values[row] = Convert.ToInt32(value, null);
                break;
            case Column<bool> c:
                c.Values[row] = Convert.ToBoolean(value, null);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(column), column.Field, "There is no such column here.");
        }
    }
}
