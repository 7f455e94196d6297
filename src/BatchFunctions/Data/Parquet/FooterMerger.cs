using System.Buffers;

namespace BatchFunctions.Data.Parquet;

/// <summary>
/// Puts the footers of files together whose pages are put one behind the other: all that they tell of row groups is kept, moved to where the pages are.
/// </summary>
internal sealed class FooterMerger
{
    private readonly ArrayBufferWriter<byte> _groups = new(1 << 16);
    private readonly ThriftWriter _group;
    private byte[] _first = [];
    private byte[] _schema = [];
    private int _count;
    private long _rows;

    /// <summary>Starts without a file.</summary>
    public FooterMerger() => _group = new ThriftWriter(_groups);

    /// <summary>The number of row groups so far.</summary>
    public int RowGroups => _count;

    /// <summary>Takes in the next file's footer.</summary>
    /// <param name="footer">The footer, without its length and the magic bytes.</param>
    /// <param name="shift">By how many bytes its pages are moved.</param>
    /// <exception cref="DamagedParquetException">The bytes are no footer, or that of a file with other columns.</exception>
    public void Add(ReadOnlySpan<byte> footer, long shift)
    {
        var reader = new ThriftReader(footer);
        short field = 0;
        while (true)
        {
            if (!reader.NextField(ref field, out ThriftType type))
                break;
            int start = reader.Position;
            switch (field)
            {
                case 2:
                    reader.Skip(type);
                    ReadOnlySpan<byte> schema = footer[start..reader.Position];
                    if (_first.Length > 0 && !schema.SequenceEqual(_schema))
                        throw new DamagedParquetException("has other columns than the file before it");
                    _schema = schema.ToArray();
                    break;
                case 3:
                    _rows += reader.ReadInt64(type);
                    break;
                case 4:
                    int count = reader.ReadList(type, ThriftType.Struct);
                    for (int i = 0; i < count; i++)
                    {
                        _group.StartStruct();
                        Copy(ref reader, footer, FooterLevel.RowGroup, shift);
                        _group.EndStruct();
                        _count++;
                    }

                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (_first.Length == 0)
            _first = footer.ToArray();
    }

    /// <summary>Writes the footer of the file that has all the pages, without its length and the magic bytes.</summary>
    public void Write(ArrayBufferWriter<byte> output)
    {
        var writer = new ThriftWriter(output);
        writer.StartStruct();
        var reader = new ThriftReader(_first);
        short field = 0;
        while (reader.NextField(ref field, out ThriftType type))
        {
            int start = reader.Position;
            reader.Skip(type);
            switch (field)
            {
                case 3:
                    writer.Int64(3, _rows);
                    break;
                case 4:
                    writer.List(4, ThriftType.Struct, _count);
                    output.Write(_groups.WrittenSpan);
                    break;
                default:
                    writer.Encoded(field, type, _first.AsSpan(start, reader.Position - start));
                    break;
            }
        }

        writer.EndStruct();
    }

    private void Copy(ref ThriftReader reader, ReadOnlySpan<byte> footer, FooterLevel level, long shift)
    {
        short field = 0;
        while (reader.NextField(ref field, out ThriftType type))
        {
            int start = reader.Position;
            if (IsPosition(level, field))
            {
                // Zero says that nothing stands there.
                long position = reader.ReadInt64(type);
                _group.Int64(field, position == 0 ? 0 : position + shift);
            }
            else if (level == FooterLevel.RowGroup && field == 1)
            {
                int count = reader.ReadList(type, ThriftType.Struct);
                _group.List(1, ThriftType.Struct, count);
                for (int i = 0; i < count; i++)
                {
                    _group.StartStruct();
                    Copy(ref reader, footer, FooterLevel.Chunk, shift);
                    _group.EndStruct();
                }
            }
            else if (level == FooterLevel.RowGroup && field == 7)
            {
                // The format has 16 bits for the row group's number and does without beyond them.
                reader.Skip(type);
                if (_count <= short.MaxValue)
                    _group.Int16(7, (short)_count);
            }
            else if (level == FooterLevel.Chunk && field == 3 && type == ThriftType.Struct)
            {
                _group.StartStruct(3);
                Copy(ref reader, footer, FooterLevel.ChunkMetadata, shift);
                _group.EndStruct();
            }
            else
            {
                reader.Skip(type);
                _group.Encoded(field, type, footer[start..reader.Position]);
            }
        }
    }

    // Pages, and what may stand beside them: page indexes and Bloom filters.
    private static bool IsPosition(FooterLevel level, short field) => (level, field) switch
    {
        (FooterLevel.RowGroup, 5) => true,
        (FooterLevel.Chunk, 2 or 4 or 6) => true,
        (FooterLevel.ChunkMetadata, 9 or 10 or 11 or 14) => true,
        _ => false,
    };
}
