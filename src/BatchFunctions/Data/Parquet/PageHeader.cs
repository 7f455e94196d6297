namespace BatchFunctions.Data.Parquet;

/// <summary>What stands in front of each page (parquet.thrift, <c>PageHeader</c>).</summary>
internal struct PageHeader
{
    public PageType Type;
    public int UncompressedLength;
    public int CompressedLength;

    /// <summary>The CRC-32 of the page's bytes as they stand in the file, or null where the writer left it out.</summary>
    public uint? Checksum;

    /// <summary>The number of values, nulls counted.</summary>
    public int Values;
    public PageEncoding Encoding;

    /// <summary>How definition levels are laid out in a data page of version 1.</summary>
    public PageEncoding LevelEncoding;

    /// <summary>The length of the definition levels in a data page of version 2, in bytes.</summary>
    public int DefinitionLength;

    /// <summary>The length of the repetition levels in a data page of version 2, in bytes.</summary>
    public int RepetitionLength;

    /// <summary>Whether the values of a data page of version 2 are compressed.</summary>
    public bool Compressed;

    public static PageHeader Read(ref ThriftReader reader)
    {
        PageHeader header = new() { Type = (PageType)(-1), LevelEncoding = PageEncoding.Rle, Compressed = true, Values = -1 };
        short field = 0;
        while (reader.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    header.Type = (PageType)reader.ReadInt32(type);
                    break;
                case 2:
                    header.UncompressedLength = reader.ReadInt32(type);
                    break;
                case 3:
                    header.CompressedLength = reader.ReadInt32(type);
                    break;
                case 4:
                    header.Checksum = (uint)reader.ReadInt32(type);
                    break;
                case 5 when type == ThriftType.Struct:
                    header.ReadData(ref reader);
                    break;
                case 7 when type == ThriftType.Struct:
                    header.ReadDictionary(ref reader);
                    break;
                case 8 when type == ThriftType.Struct:
                    header.ReadDataV2(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (header.UncompressedLength < 0 || header.CompressedLength < 0 || (header.Values < 0 && header.Type != PageType.Index)
            || header.DefinitionLength < 0 || header.RepetitionLength < 0)
            throw new DamagedParquetException("a page header makes no sense");
        return header;
    }

    private void ReadData(ref ThriftReader reader)
    {
        short field = 0;
        while (reader.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    Values = reader.ReadInt32(type);
                    break;
                case 2:
                    Encoding = (PageEncoding)reader.ReadInt32(type);
                    break;
                case 3:
                    LevelEncoding = (PageEncoding)reader.ReadInt32(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
    }

    private void ReadDictionary(ref ThriftReader reader)
    {
        short field = 0;
        while (reader.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    Values = reader.ReadInt32(type);
                    break;
                case 2:
                    Encoding = (PageEncoding)reader.ReadInt32(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
    }

    private void ReadDataV2(ref ThriftReader reader)
    {
        short field = 0;
        while (reader.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    Values = reader.ReadInt32(type);
                    break;
                case 4:
                    Encoding = (PageEncoding)reader.ReadInt32(type);
                    break;
                case 5:
                    DefinitionLength = reader.ReadInt32(type);
                    break;
                case 6:
                    RepetitionLength = reader.ReadInt32(type);
                    break;
                case 7:
                    Compressed = ThriftReader.ReadBool(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
    }
}
