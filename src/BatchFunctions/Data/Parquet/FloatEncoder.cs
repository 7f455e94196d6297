using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace BatchFunctions.Data.Parquet;

/// <summary>Writes floating-point numbers as they stand in memory: scores repeat too seldom for anything else to pay.</summary>
internal sealed class FloatEncoder<T>(Field field, bool optional) : ColumnEncoder(field, optional)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T[] _present = [];
    private T _smallest;
    private T _largest;

    public override PageEncoding ValueEncoding => PageEncoding.Plain;

    /// <inheritdoc/>
    /// <remarks>Not told where a value is NaN, which has no place in an order. A zero is told with the sign that includes the other.</remarks>
    public override bool TryGetBounds(out ReadOnlySpan<byte> smallest, out ReadOnlySpan<byte> largest)
    {
        _smallest = T.IsZero(_smallest) ? T.NegativeZero : _smallest;
        _largest = T.IsZero(_largest) ? T.Zero : _largest;
        smallest = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref _smallest));
        largest = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref _largest));
        return _smallest <= _largest;
    }

    protected override void Prepare(Column column, int start, int count, ChunkBuilder chunk) =>
        (_smallest, _largest) = (T.PositiveInfinity, T.NegativeInfinity);

    protected override void EncodeValues(Column column, int row, int rows, int present, ArrayBufferWriter<byte> page)
    {
        ReadOnlySpan<T> values = PresentValues.Of((Column<T>)column, row, rows, present, ref _present);
        if (values.IsEmpty)
            return;
        page.Write(MemoryMarshal.AsBytes(values));

        // NaN wins in both, and then in everything after it.
        _smallest = T.Min(_smallest, TensorPrimitives.Min(values));
        _largest = T.Max(_largest, TensorPrimitives.Max(values));
    }
}
