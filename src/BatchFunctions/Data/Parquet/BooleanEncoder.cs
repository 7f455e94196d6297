using System.Buffers;

namespace BatchFunctions.Data.Parquet;

/// <summary>Writes booleans, one bit each.</summary>
internal sealed class BooleanEncoder(Field field, bool optional) : ColumnEncoder(field, optional)
{
    private bool[] _present = [];

    public override PageEncoding ValueEncoding => PageEncoding.Plain;

    protected override void EncodeValues(Column column, int row, int rows, int present, ArrayBufferWriter<byte> page)
    {
        ReadOnlySpan<bool> values = PresentValues.Of((Column<bool>)column, row, rows, present, ref _present);
        int length = (values.Length + 7) / 8;
        if (length == 0)
            return;
        BitPacking.PackBits(values, invert: false, page.GetSpan(length)[..length]);
        page.Advance(length);
    }
}
