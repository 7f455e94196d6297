using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchFunctions.Data.Parquet;

/// <summary>Writes floating-point numbers as they stand in memory: scores repeat too seldom for anything else to pay.</summary>
internal sealed class FloatEncoder<T>(Field field, bool optional) : ColumnEncoder(field, optional)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T[] _present = [];
    private T _smallest;
    private T _largest;

    public override PageEncoding Encoding => PageEncoding.Plain;

    /// <inheritdoc/>
    /// <remarks>Not told where a value is NaN, which has no place in an order. A zero is told with the sign that includes the other.</remarks>
    public override (byte[]? Smallest, byte[]? Largest) Bounds()
    {
        if (!(_smallest <= _largest))
            return default;
        T smallest = T.IsZero(_smallest) ? T.NegativeZero : _smallest, largest = T.IsZero(_largest) ? T.Zero : _largest;
        return (Bytes(smallest), Bytes(largest));
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

    private static byte[] Bytes(T value)
    {
        byte[] bytes = new byte[Unsafe.SizeOf<T>()];
        MemoryMarshal.Write(bytes, value);
        return bytes;
    }
}
