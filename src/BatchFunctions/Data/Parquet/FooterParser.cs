using System.Globalization;

namespace BatchFunctions.Data.Parquet;

/// <summary>Reads a Parquet footer (parquet.thrift, <c>FileMetaData</c>).</summary>
internal static class FooterParser
{
    /// <summary>Reads a footer.</summary>
    /// <param name="bytes">The footer, without its length and the magic bytes behind it.</param>
    /// <param name="dataEnd">The position in the file where the footer starts: all pages end before it.</param>
    /// <param name="statistics">Whether to read what is told of the chunks' values; it takes an object for each.</param>
    /// <exception cref="DamagedParquetException">The bytes are no footer.</exception>
    /// <exception cref="UnsupportedParquetException">The file goes beyond the limits or is encrypted.</exception>
    public static ParquetFooter Parse(ReadOnlySpan<byte> bytes, long dataEnd, bool statistics = false)
    {
        ThriftReader reader = new(bytes);
        List<SchemaNode>? schema = null;
        List<RawRowGroup>? groups = null;
        long rows = -1;
        short field = 0;
        while (reader.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 2:
                    schema = ReadSchema(ref reader, type);
                    break;
                case 3:
                    rows = reader.ReadInt64(type);
                    break;
                case 4:
                    groups = ReadRowGroups(ref reader, type, statistics);
                    break;
                case 8:
                    throw new UnsupportedParquetException("is encrypted; encrypted Parquet is not read, decrypt it first");
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (schema is null or [] || groups is null)
            throw new DamagedParquetException("its footer names no columns");
        List<ParquetColumn> columns = SchemaBuilder.Build(schema, out List<PhysicalType> leaves);
        return new ParquetFooter(columns, Check(groups, rows, leaves, dataEnd));
    }

    private static List<SchemaNode> ReadSchema(ref ThriftReader reader, ThriftType type)
    {
        int count = reader.ReadList(type, ThriftType.Struct);
        if (count > 2 * ParquetLimits.Columns)
            throw TooMany(count, "columns", ParquetLimits.Columns);
        List<SchemaNode> nodes = new(count);
        for (int i = 0; i < count; i++)
            nodes.Add(SchemaNode.Read(ref reader));
        return nodes;
    }

    private static List<RawRowGroup> ReadRowGroups(ref ThriftReader reader, ThriftType type, bool statistics)
    {
        int count = reader.ReadList(type, ThriftType.Struct);
        if (count > ParquetLimits.RowGroups)
            throw TooMany(count, "row groups", ParquetLimits.RowGroups);
        List<RawRowGroup> groups = new(count);
        for (int i = 0; i < count; i++)
            groups.Add(ReadRowGroup(ref reader, statistics));
        return groups;
    }

    private static RawRowGroup ReadRowGroup(ref ThriftReader reader, bool statistics)
    {
        RawChunk[] chunks = [];
        long rows = -1;
        short field = 0;
        while (reader.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    chunks = new RawChunk[reader.ReadList(type, ThriftType.Struct)];
                    for (int i = 0; i < chunks.Length; i++)
                        chunks[i] = ReadChunk(ref reader, statistics);
                    break;
                case 3:
                    rows = reader.ReadInt64(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return new RawRowGroup(rows, chunks);
    }

    private static RawChunk ReadChunk(ref ThriftReader reader, bool statistics)
    {
        RawChunk? chunk = null;
        short field = 0;
        while (reader.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    throw new UnsupportedParquetException("keeps its columns in other files; write it as one file");
                case 3:
                    if (type != ThriftType.Struct)
                        throw new DamagedParquetException("its metadata makes no sense");
                    chunk = ReadChunkMetadata(ref reader, statistics);
                    break;
                case 8:
                    throw new UnsupportedParquetException("has encrypted columns; encrypted Parquet is not read, decrypt it first");
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return chunk ?? throw new DamagedParquetException("its footer leaves out where a column stands");
    }

    private static RawChunk ReadChunkMetadata(ref ThriftReader reader, bool statistics)
    {
        int physical = -1, codec = -1;
        long values = -1, uncompressed = -1, compressed = -1, dataOffset = -1, dictionaryOffset = -1;
        ChunkStatistics? told = null;
        short field = 0;
        while (reader.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    physical = reader.ReadInt32(type);
                    break;
                case 4:
                    codec = reader.ReadInt32(type);
                    break;
                case 5:
                    values = reader.ReadInt64(type);
                    break;
                case 6:
                    uncompressed = reader.ReadInt64(type);
                    break;
                case 7:
                    compressed = reader.ReadInt64(type);
                    break;
                case 9:
                    dataOffset = reader.ReadInt64(type);
                    break;
                case 11:
                    dictionaryOffset = reader.ReadInt64(type);
                    break;
                case 12 when statistics && type == ThriftType.Struct:
                    told = ReadStatistics(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        // Some writers leave a zero where there is no dictionary.
        long offset = dictionaryOffset > 0 && dictionaryOffset < dataOffset ? dictionaryOffset : dataOffset;
        return new RawChunk((PhysicalType)physical, new ParquetChunk(offset, compressed, uncompressed, values, (CompressionCodec)codec, told));
    }

    // The fields min and max of old files (1 and 2) are passed over: their order was never agreed upon.
    private static ChunkStatistics ReadStatistics(ref ThriftReader reader)
    {
        long? nulls = null;
        byte[]? smallest = null, largest = null;
        short field = 0;
        while (reader.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 3:
                    nulls = reader.ReadInt64(type);
                    break;
                case 5:
                    largest = reader.ReadBinary(type).ToArray();
                    break;
                case 6:
                    smallest = reader.ReadBinary(type).ToArray();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return new ChunkStatistics(nulls, smallest, largest);
    }

    private static ParquetRowGroup[] Check(List<RawRowGroup> groups, long rows, List<PhysicalType> leaves, long dataEnd)
    {
        ParquetRowGroup[] result = new ParquetRowGroup[groups.Count];
        long firstRow = 0;
        for (int g = 0; g < result.Length; g++)
        {
            RawRowGroup group = groups[g];
            if (group.Rows < 0 || group.Rows > long.MaxValue - firstRow || group.Chunks.Length != leaves.Count)
                throw new DamagedParquetException($"row group {g} does not fit the columns that its footer names");
            ParquetChunk[] chunks = new ParquetChunk[leaves.Count];
            for (int c = 0; c < chunks.Length; c++)
            {
                (PhysicalType physical, ParquetChunk chunk) = group.Chunks[c];
                if (physical != leaves[c] || chunk.Values < 0 || chunk.Offset < 4 || chunk.Length < 0 || chunk.UncompressedLength < 0
                    || chunk.Length > dataEnd || chunk.Offset > dataEnd - chunk.Length)
                    throw new DamagedParquetException($"a column of row group {g} is said to stand where there is none");
                chunks[c] = chunk;
            }

            result[g] = new ParquetRowGroup(firstRow, group.Rows, chunks);
            firstRow += group.Rows;
        }

        // Else a wrong byte could make rows vanish without a trace.
        if (firstRow != rows)
            throw new DamagedParquetException("its row groups do not have as many rows as its footer says");
        return result;
    }

    private static UnsupportedParquetException TooMany(int count, string what, int limit) =>
        new(string.Create(CultureInfo.InvariantCulture, $"has {count} {what}, more than the limit of {limit}; write it with fewer"));

    private readonly record struct RawRowGroup(long Rows, RawChunk[] Chunks);

    private readonly record struct RawChunk(PhysicalType Physical, ParquetChunk Chunk);
}
