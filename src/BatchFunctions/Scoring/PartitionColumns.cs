using System.Globalization;
using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Planning;

namespace BatchFunctions.Scoring;

/// <summary>The columns whose values stand in the files' folders (<c>key=value</c>), the same for every record of a file.</summary>
internal sealed class PartitionColumns
{
    private readonly Column[] _columns;
    private readonly TextEntries[] _entries;

    public PartitionColumns(IReadOnlyList<Field> fields)
    {
        _columns = [.. fields.Select(Column.Create)];
        _entries = [.. fields.Select(_ => new TextEntries())];
    }

    /// <summary>The columns.</summary>
    public IReadOnlyList<Column> Columns => _columns;

    /// <summary>Gives every column the value that it has for <paramref name="file"/>, <paramref name="rows"/> times.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a folder's value is not of the column's type.</exception>
    public void Fill(SnapshotFile file, int rows)
    {
        for (int i = 0; i < _columns.Length; i++)
        {
            Column column = _columns[i];
            column.Reset(rows);
            bool isNull = !file.Partitions.TryGetValue(column.Field.Name, out string? value) || value.Length == 0;
            if (column is Utf8Column text)
                FillText(text, _entries[i], isNull ? null : value);
            if (isNull)
                column.WritableNulls().Fill(true);
            else if (!TryFill(column, value!))
                throw new BatchFunctionsException(
                    ErrorKind.Request,
                    $"The folder '{column.Field.Name}={value}' of {file.Key} is no {TypeConversions.NameOf(column.Field.Type)}. Rename the folder, or correct the column's type in the pipeline.");
        }
    }

    private static void FillText(Utf8Column column, TextEntries entries, string? value)
    {
        entries.Clear();
        column.ReferTo(entries).Fill((ushort)(value is null ? 0 : entries.Add(Encoding.UTF8.GetBytes(value))));
    }

    private static bool TryFill(Column column, string value)
    {
        switch (column)
        {
            case Utf8Column:
                return true;
            case Column<long> { Field.Type: DataType.Int64 } whole:
                return Fill(whole, long.TryParse(value, CultureInfo.InvariantCulture, out long l), l);
            case Column<long> moment:
                return Fill(
                    moment,
                    DateTime.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime t),
                    (t - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
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
