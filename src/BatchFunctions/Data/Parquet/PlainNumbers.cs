using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchFunctions.Data.Parquet;

/// <summary>Numbers as they stand in memory of a little-endian machine.</summary>
internal readonly struct PlainNumbers<T> : IPlainValues<T>
    where T : unmanaged
{
    public static int Size(int typeLength) => Unsafe.SizeOf<T>();

    public static void Read(ReadOnlySpan<byte> source, int typeLength, Span<T> values)
    {
        Span<byte> target = MemoryMarshal.AsBytes(values);
        if (source.Length < target.Length)
            throw new DamagedParquetException("a page ends in the middle of its values");
        source[..target.Length].CopyTo(target);
    }
}
