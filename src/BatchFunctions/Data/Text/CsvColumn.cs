using System.Text;

namespace BatchFunctions.Data.Text;

/// <summary>A wanted column of CSV files, and how its cells are read.</summary>
internal abstract class CsvColumn(Field field)
{
    /// <summary>The column's name and type.</summary>
    public Field Field { get; } = field;

    /// <summary>The column's place among the fields of the file at hand.</summary>
    public int Position { get; set; }

    /// <summary>Whether it is the last one there.</summary>
    public bool IsLast { get; set; }

    /// <summary>Reads the cells of the rows from <paramref name="from"/> up to, but without, <paramref name="to"/> into <paramref name="column"/>.</summary>
    public abstract void Decode(in CsvCells cells, Column column, int from, int to);

    /// <summary>Makes the column that reads values of the type of <paramref name="field"/>.</summary>
    public static CsvColumn Create(Field field, IReadOnlyList<string> nullValues)
    {
        byte[][] nulls = [.. nullValues.Select(value => Encoding.UTF8.GetBytes(value.Trim(' ', '\t')))];
        return field.Type switch
        {
            DataType.Bool => new CsvColumn<bool, BoolCell>(field, nulls),
            DataType.Int32 => new CsvDigitColumn<int, Int32Cell>(field, nulls),
            DataType.Int64 => new CsvDigitColumn<long, Int64Cell>(field, nulls),
            DataType.Float32 => new CsvDigitColumn<float, Float32Cell>(field, nulls),
            DataType.Float64 => new CsvDigitColumn<double, Float64Cell>(field, nulls),
            DataType.Decimal => new CsvColumn<decimal, DecimalCell>(field, nulls),
            DataType.Date => new CsvColumn<int, DateCell>(field, nulls),
            DataType.Timestamp => new CsvColumn<long, TimestampCell>(field, nulls),
            DataType.String => new CsvTextColumn(field),
            _ => throw new ArgumentOutOfRangeException(nameof(field), field.Type, "CSV has no such type."),
        };
    }
}
