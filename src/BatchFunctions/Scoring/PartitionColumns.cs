using System.Globalization;
using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Planning;

namespace BatchFunctions.Scoring;

/// <summary>The columns whose values stand in the files' folders (<c>key=value</c>), the same for every record of a file.</summary>
internal sealed class PartitionColumns
{
    private readonly Column[] _columns;

    public PartitionColumns(IReadOnlyList<Field> fields) => _columns = [.. fields.Select(Column.Create)];

    /// <summary>The columns.</summary>
    public IReadOnlyList<Column> Columns => _columns;

    /// <summary>Gives every column the value that it has for <paramref name="file"/>, <paramref name="rows"/> times.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a folder's value is not of the column's type.</exception>
    public void Fill(SnapshotFile file, int rows)
    {
        foreach (Column column in _columns)
        {
            column.Reset(rows);
            if (!file.Partitions.TryGetValue(column.Field.Name, out string? value) || value.Length == 0)
                FillNull(column, rows);
            else if (!TryFill(column, value, rows))
                throw new BatchFunctionsException(
                    ErrorKind.Request,
                    $"The folder '{column.Field.Name}={value}' of {file.Key} is no {TypeConversions.NameOf(column.Field.Type)}. Rename the folder, or correct the column's type in the pipeline.");
        }
    }

    private static void FillNull(Column column, int rows)
    {
        if (column is Utf8Column text)
        {
            for (int i = 0; i < rows; i++)
                text.AppendNull();
        }
        else
        {
            column.WritableNulls().Fill(true);
        }
    }

    private static bool TryFill(Column column, string value, int rows)
    {
        switch (column)
        {
            case Utf8Column text:
                byte[] bytes = Encoding.UTF8.GetBytes(value);
                for (int i = 0; i < rows; i++)
                    text.Append(bytes);
                return true;
            case Column<long> { Field.Type: DataType.Int64 } whole:
                return Fill(whole, long.TryParse(value, CultureInfo.InvariantCulture, out long l), l);
            case Column<int> { Field.Type: DataType.Int32 } whole:
                return Fill(whole, int.TryParse(value, CultureInfo.InvariantCulture, out int n), n);
            case Column<int> date:
                return Fill(date, DateOnly.TryParseExact(value, "yyyy-MM-dd", out DateOnly d), d.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber);
            case Column<double> number:
                return Fill(number, double.TryParse(value, CultureInfo.InvariantCulture, out double f), f);
            case Column<float> number:
                return Fill(number, float.TryParse(value, CultureInfo.InvariantCulture, out float s), s);
            case Column<decimal> number:
                return Fill(number, decimal.TryParse(value, CultureInfo.InvariantCulture, out decimal m), m);
            case Column<bool> flag:
                return Fill(flag, bool.TryParse(value, out bool b), b);
            default:
                return false;
        }
    }

    private static bool Fill<T>(Column<T> column, bool parsed, T value)
        where T : unmanaged
    {
        if (parsed)
            column.Values.Fill(value);
        return parsed;
    }
}
