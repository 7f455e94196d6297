using System.Text;
using System.Text.Json;

namespace BatchFunctions.Data.Text;

/// <summary>A wanted column of JSON records, and how its values are read.</summary>
internal abstract class JsonColumn(Field field)
{
    /// <summary>The column's name and type.</summary>
    public Field Field { get; } = field;

    /// <summary>The column's name as bytes.</summary>
    public byte[] Name { get; } = Encoding.UTF8.GetBytes(field.Name);

    /// <summary>Where the record at hand has the column's value.</summary>
    public JsonSlot Slot { get; set; }

    /// <summary>Reads the value that <see cref="Slot"/> points to into the row; rows come in order.</summary>
    /// <param name="record">The record; <see cref="ByteFeed.Slack"/> more bytes can be read behind it.</param>
    /// <param name="column">The column to fill.</param>
    /// <param name="row">The row.</param>
    /// <returns>False where the value is of another type; the row is then null.</returns>
    public abstract bool Decode(ReadOnlySpan<byte> record, Column column, int row);

    /// <summary>Makes the row null.</summary>
    public virtual void DecodeNull(Column column, int row) => column.SetNull(row);

    /// <summary>Makes the column that reads values of the type of <paramref name="field"/>.</summary>
    public static JsonColumn Create(Field field) => field.Type switch
    {
        DataType.Bool => new JsonBoolColumn(field),
        DataType.Int32 => new JsonColumn<int, Int32Cell>(field, JsonTokenType.Number),
        DataType.Int64 => new JsonColumn<long, Int64Cell>(field, JsonTokenType.Number),
        DataType.Float32 => new JsonColumn<float, Float32Cell>(field, JsonTokenType.Number),
        DataType.Float64 => new JsonColumn<double, Float64Cell>(field, JsonTokenType.Number),
        DataType.Decimal => new JsonColumn<decimal, DecimalCell>(field, JsonTokenType.Number),
        DataType.Date => new JsonColumn<int, DateCell>(field, JsonTokenType.String),
        DataType.Timestamp => new JsonColumn<long, TimestampCell>(field, JsonTokenType.String),
        DataType.String => new JsonTextColumn(field),
        _ => throw new ArgumentOutOfRangeException(nameof(field), field.Type, "JSON Lines has no such type."),
    };

    /// <summary>The bytes that <see cref="Slot"/> points to.</summary>
    protected ReadOnlySpan<byte> Text(ReadOnlySpan<byte> record) => record.Slice(Slot.Start, Slot.Length);
}
