using System.Buffers;

namespace BatchFunctions.Data.Parquet;

/// <summary>
/// Writes a Parquet footer (parquet.thrift, <c>FileMetaData</c>). Row groups are encoded as they come, into memory that is kept from file to
/// file.
/// </summary>
internal sealed class FooterWriter
{
    // Told apart by other readers to work around old writers' mistakes; not the product's version, so that a new one gives the same bytes.
    private const string CreatedBy = "BatchFunctions version 1.0.0 (build 1)";
    private const int FormatVersion = 2;

    private readonly IReadOnlyList<ColumnEncoder> _columns;
    private readonly CompressionCodec _codec;
    private readonly ArrayBufferWriter<byte> _groups = new(1 << 16);
    private readonly ThriftWriter _group;
    private int _count;
    private long _rows;
    private int _column;
    private long _groupStart;
    private long _groupLength;
    private long _groupUncompressedLength;

    /// <summary>Makes a writer of footers.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="codec">How all pages are compressed.</param>
    public FooterWriter(IReadOnlyList<ColumnEncoder> columns, CompressionCodec codec)
    {
        (_columns, _codec) = (columns, codec);
        _group = new ThriftWriter(_groups);
    }

    /// <summary>Forgets all row groups, also one that was not ended.</summary>
    public void Clear()
    {
        _groups.ResetWrittenCount();
        _group.Reset();
        (_count, _rows, _column) = (0, 0, 0);
    }

    /// <summary>Adds the next column's chunk to the row group at hand.</summary>
    public void Add(in WrittenChunk chunk)
    {
        if (_column == 0)
        {
            (_groupStart, _groupLength, _groupUncompressedLength) = (chunk.Offset, 0, 0);
            _group.StartStruct();
            _group.List(1, ThriftType.Struct, _columns.Count);
        }

        WriteChunk(_columns[_column++], chunk);
        _groupLength += chunk.Length;
        _groupUncompressedLength += chunk.UncompressedLength;
    }

    /// <summary>Ends the row group at hand, of which every column's chunk was added.</summary>
    public void EndRowGroup(int rows)
    {
        _group.Int64(2, _groupUncompressedLength);
        _group.Int64(3, rows);
        _group.Int64(5, _groupStart);
        _group.Int64(6, _groupLength);

        // The format has 16 bits for it and does without beyond them.
        if (_count <= short.MaxValue)
            _group.Int16(7, (short)_count);
        _group.EndStruct();
        (_count, _rows, _column) = (_count + 1, _rows + rows, 0);
    }

    /// <summary>Writes the footer without its length and the magic bytes.</summary>
    public void Write(ArrayBufferWriter<byte> output)
    {
        ThriftWriter writer = new(output);
        writer.StartStruct();
        writer.Int32(1, FormatVersion);
        WriteSchema(writer, _columns);
        writer.Int64(3, _rows);
        writer.List(4, ThriftType.Struct, _count);
        output.Write(_groups.WrittenSpan);
        writer.String(6, CreatedBy);

        // The order of each column is that of its type, without which bounds mean nothing.
        writer.List(7, ThriftType.Struct, _columns.Count);
        for (int c = 0; c < _columns.Count; c++)
        {
            writer.StartStruct();
            writer.StartStruct(1);
            writer.EndStruct();
            writer.EndStruct();
        }

        writer.EndStruct();
    }

    private static void WriteSchema(ThriftWriter writer, IReadOnlyList<ColumnEncoder> columns)
    {
        writer.List(2, ThriftType.Struct, columns.Count + 1);
        writer.StartStruct();
        writer.String(4, "schema");
        writer.Int32(5, columns.Count);
        writer.EndStruct();
        foreach (ColumnEncoder column in columns)
        {
            DataType type = column.Field.Type;
            writer.StartStruct();
            writer.Int32(1, (int)PhysicalOf(type));
            if (type == DataType.Decimal)
                writer.Int32(2, DecimalEncoder.Size);
            writer.Int32(3, column.Optional ? 1 : 0);
            writer.String(4, column.Field.Name);
            WriteMeaning(writer, type);
            writer.EndStruct();
        }
    }

    // The old annotation and the new one, for readers of either age.
    private static void WriteMeaning(ThriftWriter writer, DataType type)
    {
        switch (type)
        {
            case DataType.String:
                writer.Int32(6, ConvertedTypes.Utf8);
                StartLogical(writer, LogicalTypes.String);
                break;
            case DataType.Date:
                writer.Int32(6, ConvertedTypes.Date);
                StartLogical(writer, LogicalTypes.Date);
                break;
            case DataType.Timestamp:
                writer.Int32(6, ConvertedTypes.TimestampMicros);
                StartLogical(writer, LogicalTypes.Timestamp);
                writer.Bool(1, true);
                writer.StartStruct(2);
                writer.StartStruct(2);
                writer.EndStruct();
                writer.EndStruct();
                break;
            case DataType.Decimal:
                writer.Int32(6, ConvertedTypes.Decimal);
                writer.Int32(7, DecimalEncoder.Scale);
                writer.Int32(8, DecimalEncoder.Precision);
                StartLogical(writer, LogicalTypes.Decimal);
                writer.Int32(1, DecimalEncoder.Scale);
                writer.Int32(2, DecimalEncoder.Precision);
                break;
            default:
                return;
        }

        writer.EndStruct();
        writer.EndStruct();
    }

    private static void StartLogical(ThriftWriter writer, short type)
    {
        writer.StartStruct(10);
        writer.StartStruct(type);
    }

    private void WriteChunk(ColumnEncoder column, in WrittenChunk chunk)
    {
        bool dictionary = chunk.DictionaryLength > 0;
        _group.StartStruct();
        _group.Int64(2, 0);
        _group.StartStruct(3);
        _group.Int32(1, (int)PhysicalOf(column.Field.Type));
        _group.List(2, ThriftType.Int32, dictionary ? 3 : 2);
        if (dictionary)
            _group.Element((int)PageEncoding.Plain);
        _group.Element((int)PageEncoding.Rle);
        _group.Element((int)chunk.Encoding);
        _group.List(3, ThriftType.Binary, 1);
        _group.Element(column.Name);
        _group.Int32(4, (int)_codec);
        _group.Int64(5, chunk.Values);
        _group.Int64(6, chunk.UncompressedLength);
        _group.Int64(7, chunk.Length);
        _group.Int64(9, chunk.Offset + chunk.DictionaryLength);
        if (dictionary)
            _group.Int64(11, chunk.Offset);
        _group.StartStruct(12);
        _group.Int64(3, chunk.Nulls);
        if (chunk.HasBounds)
        {
            _group.Binary(5, chunk.Largest);
            _group.Binary(6, chunk.Smallest);
        }

        _group.EndStruct();
        _group.EndStruct();
        _group.EndStruct();
    }

    private static PhysicalType PhysicalOf(DataType type) => type switch
    {
        DataType.Bool => PhysicalType.Boolean,
        DataType.Int32 or DataType.Date => PhysicalType.Int32,
        DataType.Int64 or DataType.Timestamp => PhysicalType.Int64,
        DataType.Float32 => PhysicalType.Float,
        DataType.Float64 => PhysicalType.Double,
        DataType.Decimal => PhysicalType.FixedLengthByteArray,
        _ => PhysicalType.ByteArray,
    };
}
