using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace BatchFunctions.Data.Parquet;

/// <summary>
/// Writes decimals as <c>decimal(38, 18)</c>, since the schema must not depend on the data: further decimal places are rounded, half to
/// even, and a number of more than 20 digits before the point does not fit.
/// </summary>
internal sealed class DecimalEncoder(Field field, bool optional) : ColumnEncoder(field, optional)
{
    public const int Precision = 38;
    public const int Scale = 18;
    public const int Size = 16;
    private static readonly Int128 Limit = PowerOfTen(Precision);
    private decimal[] _present = [];

    public override PageEncoding ValueEncoding => PageEncoding.Plain;

    protected override void EncodeValues(Column column, int row, int rows, int present, ArrayBufferWriter<byte> page)
    {
        ReadOnlySpan<decimal> values = PresentValues.Of((Column<decimal>)column, row, rows, present, ref _present);
        if (values.IsEmpty)
            return;
        Span<byte> room = page.GetSpan(values.Length * Size);
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt128BigEndian(room[(i * Size)..], Unscaled(values[i]));
        page.Advance(values.Length * Size);
    }

    private Int128 Unscaled(decimal value)
    {
        decimal rounded = decimal.Round(value, Scale, MidpointRounding.ToEven);
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(rounded, parts);
        Int128 magnitude = new((uint)parts[2], ((ulong)(uint)parts[1] << 32) | (uint)parts[0]);
        Int128 factor = PowerOfTen(Scale - rounded.Scale);
        if (magnitude >= Limit / factor)
            throw new BatchFunctionsException(ErrorKind.Request, string.Create(
                CultureInfo.InvariantCulture,
                $"The decimal {value} in column '{Field.Name}' has more than 20 digits before the point and cannot be written to Parquet. Leave the column out, or convert it to text."));
        return decimal.IsNegative(rounded) ? -(magnitude * factor) : magnitude * factor;
    }

    private static Int128 PowerOfTen(int exponent)
    {
        Int128 power = 1;
        for (; exponent > 0; exponent--)
            power *= 10;
        return power;
    }
}
