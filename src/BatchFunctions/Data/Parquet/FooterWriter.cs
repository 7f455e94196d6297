using System.Buffers;
using System.Text;

namespace BatchFunctions.Data.Parquet;

/// <summary>Writes a Parquet footer (parquet.thrift, <c>FileMetaData</c>).</summary>
internal static class FooterWriter
{
    // Told apart by other readers to work around old writers' mistakes; not the product's version, so that a new one gives the same bytes.
    private const string CreatedBy = "BatchFunctions version 1.0.0 (build 1)";
    private const int FormatVersion = 2;

    /// <summary>Writes the footer without its length and the magic bytes.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="groups">The chunks of each row group, in the order of the columns.</param>
    /// <param name="codec">How all pages are compressed.</param>
    public static void Write(
        ArrayBufferWriter<byte> output, IReadOnlyList<ColumnEncoder> columns, IReadOnlyList<(int Rows, WrittenChunk[] Chunks)> groups, CompressionCodec codec)
    {
        ThriftWriter writer = new(output);
        writer.StartStruct();
        writer.Int32(1, FormatVersion);
        WriteSchema(writer, columns);
        writer.Int64(3, groups.Sum(g => (long)g.Rows));
        writer.List(4, ThriftType.Struct, groups.Count);
        for (int g = 0; g < groups.Count; g++)
            WriteRowGroup(writer, columns, groups[g].Rows, groups[g].Chunks, codec, g);
        writer.String(6, CreatedBy);

        // The order of each column is that of its type, without which bounds mean nothing.
        writer.List(7, ThriftType.Struct, columns.Count);
        for (int c = 0; c < columns.Count; c++)
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

    private static void WriteRowGroup(
        ThriftWriter writer, IReadOnlyList<ColumnEncoder> columns, int rows, WrittenChunk[] chunks, CompressionCodec codec, int ordinal)
    {
        writer.StartStruct();
        writer.List(1, ThriftType.Struct, chunks.Length);
        for (int c = 0; c < chunks.Length; c++)
            WriteChunk(writer, columns[c].Field, chunks[c], codec);
        writer.Int64(2, chunks.Sum(c => c.UncompressedLength));
        writer.Int64(3, rows);
        writer.Int64(5, chunks.Length == 0 ? 0 : chunks[0].Offset);
        writer.Int64(6, chunks.Sum(c => (long)c.Length));

        // The format has 16 bits for it and does without beyond them.
        if (ordinal <= short.MaxValue)
            writer.Int16(7, (short)ordinal);
        writer.EndStruct();
    }

    private static void WriteChunk(ThriftWriter writer, Field field, WrittenChunk chunk, CompressionCodec codec)
    {
        bool dictionary = chunk.DictionaryLength > 0;
        writer.StartStruct();
        writer.Int64(2, 0);
        writer.StartStruct(3);
        writer.Int32(1, (int)PhysicalOf(field.Type));
        writer.List(2, ThriftType.Int32, dictionary ? 3 : 2);
        if (dictionary)
            writer.Element((int)PageEncoding.Plain);
        writer.Element((int)PageEncoding.Rle);
        writer.Element((int)chunk.Encoding);
        writer.List(3, ThriftType.Binary, 1);
        writer.Element(Encoding.UTF8.GetBytes(field.Name));
        writer.Int32(4, (int)codec);
        writer.Int64(5, chunk.Values);
        writer.Int64(6, chunk.UncompressedLength);
        writer.Int64(7, chunk.Length);
        writer.Int64(9, chunk.Offset + chunk.DictionaryLength);
        if (dictionary)
            writer.Int64(11, chunk.Offset);
        writer.StartStruct(12);
        writer.Int64(3, chunk.Nulls);
        if (chunk is { Smallest: { } smallest, Largest: { } largest })
        {
            writer.Binary(5, largest);
            writer.Binary(6, smallest);
        }

        writer.EndStruct();
        writer.EndStruct();
        writer.EndStruct();
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
