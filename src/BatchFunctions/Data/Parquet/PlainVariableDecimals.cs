using System.Buffers.Binary;

namespace BatchFunctions.Data.Parquet;

/// <summary>Unscaled decimals of any number of bytes up to 16, big-endian two's complement, each behind its length.</summary>
internal readonly struct PlainVariableDecimals : IPlainValues<Int128>
{
    public static int Size(int typeLength) => 0;

    public static void Read(ReadOnlySpan<byte> source, int typeLength, Span<Int128> values)
    {
        int position = 0;
        for (int i = 0; i < values.Length; i++)
        {
            int left = source.Length - position - sizeof(int);
            int length = left < 0 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(source[position..]);
            if (length < 0 || length > left)
                throw new DamagedParquetException("a page ends in the middle of its values");
            if (length > 16)
                throw new UnsupportedParquetException("has decimals of more than 38 digits; write it as double");
            values[i] = PlainFixedDecimals.BigEndian(source.Slice(position + sizeof(int), length));
            position += sizeof(int) + length;
        }
    }
}
