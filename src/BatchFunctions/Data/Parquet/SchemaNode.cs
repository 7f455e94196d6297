namespace BatchFunctions.Data.Parquet;

/// <summary>One node of a Parquet schema as the footer lists it, depth first (parquet.thrift, <c>SchemaElement</c>).</summary>
internal sealed class SchemaNode
{
    public string Name { get; private set; } = "";

    /// <summary>How values are stored; null for a group.</summary>
    public PhysicalType? Physical { get; private set; }

    public int TypeLength { get; private set; }

    /// <summary>0 required, 1 optional, 2 repeated.</summary>
    public int Repetition { get; private set; }

    public int Children { get; private set; }

    /// <summary>The old annotation (parquet.thrift, <c>ConvertedType</c>), or -1.</summary>
    public int Converted { get; private set; } = -1;

    public int Scale { get; private set; }

    /// <summary>The field number of the annotation in the union <c>LogicalType</c>, or 0.</summary>
    public int Logical { get; private set; }

    /// <summary>The number of bits of a logical integer.</summary>
    public int Bits { get; private set; }

    /// <summary>Whether a logical integer is signed.</summary>
    public bool Signed { get; private set; }

    /// <summary>The unit of a logical timestamp: 1 milliseconds, 2 microseconds, 3 nanoseconds.</summary>
    public int Unit { get; private set; }

    public static SchemaNode Read(ref ThriftReader reader)
    {
        SchemaNode node = new();
        short field = 0;
        while (reader.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    node.Physical = (PhysicalType)reader.ReadInt32(type);
                    break;
                case 2:
                    node.TypeLength = reader.ReadInt32(type);
                    break;
                case 3:
                    node.Repetition = reader.ReadInt32(type);
                    break;
                case 4:
                    node.Name = reader.ReadString(type);
                    break;
                case 5:
                    node.Children = reader.ReadInt32(type);
                    break;
                case 6:
                    node.Converted = reader.ReadInt32(type);
                    break;
                case 7:
                    node.Scale = reader.ReadInt32(type);
                    break;
                case 10 when type == ThriftType.Struct:
                    node.ReadLogical(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return node;
    }

    private void ReadLogical(ref ThriftReader reader)
    {
        short field = 0;
        while (reader.NextField(ref field, out ThriftType type))
        {
            Logical = field;
            switch (field)
            {
                case LogicalTypes.Decimal when type == ThriftType.Struct:
                    ReadDecimal(ref reader);
                    break;
                case LogicalTypes.Timestamp when type == ThriftType.Struct:
                    ReadTimestamp(ref reader);
                    break;
                case LogicalTypes.Integer when type == ThriftType.Struct:
                    ReadInteger(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
    }

    private void ReadDecimal(ref ThriftReader reader)
    {
        short field = 0;
        while (reader.NextField(ref field, out ThriftType type))
        {
            if (field == 1)
                Scale = reader.ReadInt32(type);
            else
                reader.Skip(type);
        }
    }

    private void ReadTimestamp(ref ThriftReader reader)
    {
        short field = 0;
        while (reader.NextField(ref field, out ThriftType type))
        {
            if (field == 2 && type == ThriftType.Struct)
            {
                short unit = 0;
                while (reader.NextField(ref unit, out ThriftType unitType))
                {
                    Unit = unit;
                    reader.Skip(unitType);
                }
            }
            else
            {
                reader.Skip(type);
            }
        }
    }

    private void ReadInteger(ref ThriftReader reader)
    {
        short field = 0;
        while (reader.NextField(ref field, out ThriftType type))
        {
            if (field == 1)
                Bits = reader.ReadInt8(type);
            else if (field == 2)
                Signed = ThriftReader.ReadBool(type);
            else
                reader.Skip(type);
        }
    }
}
