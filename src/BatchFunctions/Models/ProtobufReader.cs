using System.Buffers.Binary;

namespace BatchFunctions.Models;

/// <summary>
/// Walks the fields of a protobuf message (the wire format of protobuf.dev/programming-guides/encoding). ONNX files are one such
/// message; the few facts that are needed of them do not warrant generated types for the whole of ONNX.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    /// <summary>The current field's number.</summary>
    public int Field { get; private set; }

    /// <summary>The current field's value where it is a number; fixed-width ones as their bits.</summary>
    public ulong Number { get; private set; }

    /// <summary>The current field's content where it has a length: text, bytes, a message, packed numbers.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Whether the current field has a <see cref="Content"/>.</summary>
    public bool HasContent { get; private set; }

    /// <summary>The current field as it stands in the message, key and length included.</summary>
    public ReadOnlySpan<byte> Whole { get; private set; }

    /// <summary>Goes to the next field; false at the message's end.</summary>
    /// <exception cref="InvalidDataException">The bytes are no protobuf message.</exception>
    public bool Read()
    {
        if (_position == _message.Length)
            return false;
        int start = _position;
        ulong key = Varint();
        Field = (int)(key >> 3);
        Number = 0;
        Content = default;
        HasContent = false;
        switch (key & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                ulong length = Varint();
                if (length > int.MaxValue)
                    throw Malformed();
                Content = Take((int)length);
                HasContent = true;
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw Malformed();
        }

        if (Field == 0)
            throw Malformed();
        Whole = _message[start.._position];
        return true;
    }

    /// <summary>Reads the packed numbers of a <see cref="Content"/>.</summary>
    public static void ReadPacked(ReadOnlySpan<byte> content, List<long> numbers)
    {
        ProtobufReader reader = new(content);
        while (reader._position < content.Length)
            numbers.Add((long)reader.Varint());
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw Malformed();
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _message.Length - _position)
            throw Malformed();
        _position += length;
        return _message.Slice(_position - length, length);
    }

    private static InvalidDataException Malformed() => new("The bytes are no protobuf message.");
}
