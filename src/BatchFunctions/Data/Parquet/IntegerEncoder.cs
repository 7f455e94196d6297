using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchFunctions.Data.Parquet;

/// <summary>Writes integers, dates and timestamps as packed differences: ids that ascend take a few bits each, and classes few more.</summary>
internal sealed class IntegerEncoder<T>(Field field, bool optional) : ColumnEncoder(field, optional)
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    private T[] _present = [];
    private T _smallest;
    private T _largest;

    public override PageEncoding Encoding => PageEncoding.DeltaBinaryPacked;

    public override (byte[]? Smallest, byte[]? Largest) Bounds() =>
        _smallest <= _largest ? (Bytes(_smallest), Bytes(_largest)) : default;

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

    private static byte[] Bytes(T value)
    {
        byte[] bytes = new byte[Unsafe.SizeOf<T>()];
        MemoryMarshal.Write(bytes, value);
        return bytes;
    }
}
