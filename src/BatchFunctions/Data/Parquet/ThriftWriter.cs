using System.Buffers;
using System.Text;

namespace BatchFunctions.Data.Parquet;

/// <summary>Writes Thrift's compact protocol. Fields of a struct must be written in ascending order.</summary>
internal sealed class ThriftWriter(ArrayBufferWriter<byte> output)
{
    private readonly Stack<short> _outer = new();
    private short _field;

    /// <summary>Leaves all structs, whether they were ended or not.</summary>
    public void Reset()
    {
        _outer.Clear();
        _field = 0;
    }

    public void Bool(short field, bool value) => Header(field, value ? ThriftType.True : ThriftType.False);

    public void Int16(short field, short value)
    {
        Header(field, ThriftType.Int16);
        Varints.WriteZigzag(output, value);
    }

    public void Int32(short field, int value)
    {
        Header(field, ThriftType.Int32);
        Varints.WriteZigzag(output, value);
    }

    public void Int64(short field, long value)
    {
        Header(field, ThriftType.Int64);
        Varints.WriteZigzag(output, value);
    }

    public void Binary(short field, ReadOnlySpan<byte> value)
    {
        Header(field, ThriftType.Binary);
        Element(value);
    }

    public void String(short field, string value) => Binary(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Starts a list; its elements follow.</summary>
    public void List(short field, ThriftType elements, int count)
    {
        Header(field, ThriftType.List);
        if (count < 15)
        {
            Byte((byte)((count << 4) | (int)elements));
            return;
        }

        Byte((byte)(0xF0 | (int)elements));
        Varints.Write(output, (ulong)count);
    }

    /// <summary>Writes a field whose value is encoded already.</summary>
    public void Encoded(short field, ThriftType type, ReadOnlySpan<byte> value)
    {
        Header(field, type);
        output.Write(value);
    }

    public void Element(int value) => Varints.WriteZigzag(output, value);

    public void Element(ReadOnlySpan<byte> value)
    {
        Varints.Write(output, (ulong)value.Length);
        output.Write(value);
    }

    /// <summary>Starts a struct that is a field.</summary>
    public void StartStruct(short field)
    {
        Header(field, ThriftType.Struct);
        StartStruct();
    }

    /// <summary>Starts a struct that is the outermost or a list's element.</summary>
    public void StartStruct()
    {
        _outer.Push(_field);
        _field = 0;
    }

    public void EndStruct()
    {
        Byte((byte)ThriftType.Stop);
        _field = _outer.Pop();
    }

    private void Header(short field, ThriftType type)
    {
        int delta = field - _field;
        if (delta is > 0 and < 16)
        {
            Byte((byte)((delta << 4) | (int)type));
        }
        else
        {
            Byte((byte)type);
            Varints.WriteZigzag(output, field);
        }

        _field = field;
    }

    private void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }
}
