using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace BatchFunctions.Data.Parquet;

/// <summary>Writes integers, dates and timestamps as packed differences: ids that ascend take a few bits each, and classes few more.</summary>
internal sealed class IntegerEncoder<T>(Field field, bool optional) : ColumnEncoder(field, optional)
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    private T[] _present = [];
    private T _smallest;
    private T _largest;

    public override PageEncoding ValueEncoding => PageEncoding.DeltaBinaryPacked;

    public override bool TryGetBounds(out ReadOnlySpan<byte> smallest, out ReadOnlySpan<byte> largest)
    {
        smallest = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref _smallest));
        largest = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref _largest));
        return _smallest <= _largest;
    }

    protected override void Prepare(Column column, int start, int count, ChunkBuilder chunk) =>
        (_smallest, _largest) = (T.MaxValue, T.MinValue);

    protected override void EncodeValues(Column column, int row, int rows, int present, ArrayBufferWriter<byte> page)
    {
        ReadOnlySpan<T> values = PresentValues.Of((Column<T>)column, row, rows, present, ref _present);
        DeltaBinaryPacking.Write(values, page);
        if (values.IsEmpty)
            return;
        _smallest = T.Min(_smallest, TensorPrimitives.Min(values));
        _largest = T.Max(_largest, TensorPrimitives.Max(values));
    }
}
