using System.Buffers;
using System.Text;

namespace BatchFunctions.Models;

/// <summary>Writes fields of a protobuf message, the counterpart of <see cref="ProtobufReader"/>.</summary>
internal sealed class ProtobufWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public void Number(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
    }

    public void Content(int field, ReadOnlySpan<byte> content)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)content.Length);
        _bytes.Write(content);
    }

    public void Text(int field, string text) => Content(field, Encoding.UTF8.GetBytes(text));

    /// <summary>Copies a field as it stood in the message that it was read from.</summary>
    public void Whole(ReadOnlySpan<byte> field) => _bytes.Write(field);

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.Write([(byte)(value | 0x80)]);
        _bytes.Write([(byte)value]);
    }
}
