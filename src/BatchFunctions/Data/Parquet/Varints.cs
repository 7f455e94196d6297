using System.Buffers;
using System.Numerics;

namespace BatchFunctions.Data.Parquet;

/// <summary>Numbers of seven bits a byte, the lowest first (LEB128).</summary>
internal static class Varints
{
    private const int Longest = 10;

    public static void Write(ArrayBufferWriter<byte> output, ulong value)
    {
        Span<byte> room = output.GetSpan(Longest);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
            room[length++] = (byte)(value | 0x80);
        room[length++] = (byte)value;
        output.Advance(length);
    }

    /// <summary>The number of bytes that a number takes.</summary>
    public static int Length(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    /// <summary>Writes a signed number, small ones of either sign short.</summary>
    public static void WriteZigzag(ArrayBufferWriter<byte> output, long value) => Write(output, (ulong)((value << 1) ^ (value >> 63)));
}
