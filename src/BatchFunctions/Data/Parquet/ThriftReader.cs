using System.Text;

namespace BatchFunctions.Data.Parquet;

/// <summary>
/// Reads Thrift's compact protocol from bytes that may be damaged: it never reads past their end, never trusts a count that the bytes
/// left cannot hold, and refuses a field that is not of the type asked for.
/// </summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxDepth = 32;
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How many bytes have been read.</summary>
    public int Position { get; private set; }

    /// <summary>Goes to the next field of a struct; false at the struct's end.</summary>
    /// <param name="field">The number of the field before, 0 at a struct's start; becomes the next one's.</param>
    /// <param name="type">The next field's type.</param>
    public bool NextField(ref short field, out ThriftType type)
    {
        byte header = ReadByte();
        type = (ThriftType)(header & 0x0F);
        if (type == ThriftType.Stop)
            return false;
        if (type > ThriftType.Struct)
            throw Damage();
        int delta = header >> 4;
        field = delta != 0 ? (short)(field + delta) : (short)Unzigzag(ReadVarint());
        return true;
    }

    public static bool ReadBool(ThriftType type) => type switch
    {
        ThriftType.True => true,
        ThriftType.False => false,
        _ => throw Damage(),
    };

    public sbyte ReadInt8(ThriftType type)
    {
        Expect(type, ThriftType.Int8);
        return (sbyte)ReadByte();
    }

    public int ReadInt32(ThriftType type)
    {
        Expect(type, ThriftType.Int32);
        long value = Unzigzag(ReadVarint());
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Damage();
    }

    public long ReadInt64(ThriftType type)
    {
        Expect(type, ThriftType.Int64);
        return Unzigzag(ReadVarint());
    }

    public ReadOnlySpan<byte> ReadBinary(ThriftType type)
    {
        Expect(type, ThriftType.Binary);
        return ReadBinary();
    }

    public string ReadString(ThriftType type)
    {
        Expect(type, ThriftType.Binary);
        return Encoding.UTF8.GetString(ReadBinary());
    }

    /// <summary>Reads a list's header.</summary>
    /// <returns>The number of elements; each takes at least one byte of those left.</returns>
    public int ReadList(ThriftType type, ThriftType elements)
    {
        Expect(type, ThriftType.List);
        int count = ReadListHeader(out ThriftType actual);
        if (count > 0)
            Expect(actual, elements);
        return count;
    }

    /// <summary>Passes over a field's value.</summary>
    public void Skip(ThriftType type) => Skip(type, 0, inList: false);

    private void Skip(ThriftType type, int depth, bool inList)
    {
        if (depth > MaxDepth)
            throw Damage();
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                if (inList)
                    ReadByte();
                break;
            case ThriftType.Int8:
                ReadByte();
                break;
            case ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64:
                ReadVarint();
                break;
            case ThriftType.Double:
                Advance(sizeof(double));
                break;
            case ThriftType.Binary:
                ReadBinary();
                break;
            case ThriftType.List or ThriftType.Set:
                for (int left = ReadListHeader(out ThriftType element); left > 0; left--)
                    Skip(element, depth + 1, inList: true);
                break;
            case ThriftType.Map:
                SkipMap(depth);
                break;
            case ThriftType.Struct:
                short field = 0;
                while (NextField(ref field, out ThriftType fieldType))
                    Skip(fieldType, depth + 1, inList: false);
                break;
            default:
                throw Damage();
        }
    }

    private void SkipMap(int depth)
    {
        ulong count = ReadVarint();
        if (count == 0)
            return;
        byte types = ReadByte();
        if (count > (ulong)(_bytes.Length - Position))
            throw Damage();
        for (; count > 0; count--)
        {
            Skip((ThriftType)(types >> 4), depth + 1, inList: true);
            Skip((ThriftType)(types & 0x0F), depth + 1, inList: true);
        }
    }

    private int ReadListHeader(out ThriftType element)
    {
        byte header = ReadByte();
        element = (ThriftType)(header & 0x0F);
        ulong count = (ulong)(header >> 4);
        if (count == 15)
            count = ReadVarint();
        return count <= (ulong)(_bytes.Length - Position) ? (int)count : throw Damage();
    }

    private ReadOnlySpan<byte> ReadBinary()
    {
        ulong length = ReadVarint();
        if (length > (ulong)(_bytes.Length - Position))
            throw Damage();
        int start = Position;
        Position += (int)length;
        return _bytes[start..Position];
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte b = ReadByte();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }

        throw Damage();
    }

    private byte ReadByte() => Position < _bytes.Length ? _bytes[Position++] : throw Damage();

    private void Advance(int count)
    {
        if (_bytes.Length - Position < count)
            throw Damage();
        Position += count;
    }

    private static long Unzigzag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static void Expect(ThriftType actual, ThriftType expected)
    {
        if (actual != expected)
            throw Damage();
    }

    private static DamagedParquetException Damage() => new("its metadata makes no sense");
}
