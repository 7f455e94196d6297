using System.Globalization;

namespace BatchFunctions.Data.Parquet;

/// <summary>Turns the flat list of schema nodes into top-level columns.</summary>
internal static class SchemaBuilder
{
    private const int Repeated = 2;

    /// <summary>Makes the top-level columns.</summary>
    /// <param name="nodes">The nodes as the footer lists them, the root first.</param>
    /// <param name="leaves">How the values of each leaf are stored, in the order of a row group's chunks.</param>
    public static List<ParquetColumn> Build(List<SchemaNode> nodes, out List<PhysicalType> leaves)
    {
        leaves = [];
        List<ParquetColumn> columns = [];
        int position = 1;
        for (int child = nodes[0].Children; child > 0; child--)
        {
            if (position >= nodes.Count)
                throw new DamagedParquetException("its schema ends early");
            SchemaNode node = nodes[position];
            int chunk = leaves.Count;
            columns.Add(Describe(node, chunk));
            Walk(nodes, ref position, leaves, 0);
        }

        if (position != nodes.Count)
            throw new DamagedParquetException("its schema has columns that belong nowhere");
        if (leaves.Count > ParquetLimits.Columns)
            throw new UnsupportedParquetException(string.Create(
                CultureInfo.InvariantCulture,
                $"has {leaves.Count} columns, more than the limit of {ParquetLimits.Columns}; write it with fewer"));
        return columns;
    }

    private static void Walk(List<SchemaNode> nodes, ref int position, List<PhysicalType> leaves, int depth)
    {
        if (position >= nodes.Count)
            throw new DamagedParquetException("its schema ends early");
        if (depth > ParquetLimits.Nesting)
            throw new UnsupportedParquetException($"nests columns deeper than the limit of {ParquetLimits.Nesting}");
        SchemaNode node = nodes[position++];
        if (node.Physical is { } physical)
        {
            leaves.Add(physical);
            return;
        }

        for (int child = node.Children; child > 0; child--)
            Walk(nodes, ref position, leaves, depth + 1);
    }

    private static ParquetColumn Describe(SchemaNode node, int chunk)
    {
        string? reason = null;
        ColumnKind kind = node.Physical is null || node.Repetition == Repeated ? ColumnKind.Unreadable : KindOf(node, out reason);
        if (kind == ColumnKind.Unreadable)
            reason ??= "is nested (a list, map or struct); only flat columns can be read";
        return new ParquetColumn
        {
            Name = node.Name,
            Chunk = chunk,
            Physical = node.Physical ?? default,
            TypeLength = node.TypeLength,
            Kind = kind,
            Scale = node.Scale,
            Optional = node.Repetition == 1,
            Reason = reason,
        };
    }

    private static ColumnKind KindOf(SchemaNode node, out string? reason)
    {
        reason = null;
        if (node.Logical == LogicalTypes.Unknown)
            return ColumnKind.Nothing;
        if (node.Logical == LogicalTypes.Time || node.Converted is ConvertedTypes.TimeMillis or ConvertedTypes.TimeMicros)
        {
            reason = "is a time of day; write it as text, a number or a timestamp";
            return ColumnKind.Unreadable;
        }

        if (node.Logical == LogicalTypes.Decimal || node.Converted == ConvertedTypes.Decimal)
            return DecimalKind(node, out reason);
        return node.Physical switch
        {
            PhysicalType.Boolean => ColumnKind.Bool,
            PhysicalType.Int32 => Int32Kind(node),
            PhysicalType.Int64 => Int64Kind(node),
            PhysicalType.Int96 => ColumnKind.TimestampInt96,
            PhysicalType.Float => ColumnKind.Float32,
            PhysicalType.Double => ColumnKind.Float64,
            PhysicalType.ByteArray when node.Logical is LogicalTypes.String or LogicalTypes.Enum or LogicalTypes.Json
                || node.Converted is ConvertedTypes.Utf8 or ConvertedTypes.Enum or ConvertedTypes.Json => ColumnKind.Text,
            PhysicalType.FixedLengthByteArray when node is { Logical: LogicalTypes.Uuid, TypeLength: 16 } => ColumnKind.Uuid,
            _ => Binary(out reason),
        };
    }

    private static ColumnKind Binary(out string? reason)
    {
        reason = "is binary, not text or a number; write it as text";
        return ColumnKind.Unreadable;
    }

    private static ColumnKind DecimalKind(SchemaNode node, out string? reason)
    {
        bool fits = node.Scale is >= 0 and <= 28 && node.Physical switch
        {
            PhysicalType.Int32 or PhysicalType.Int64 or PhysicalType.ByteArray => true,
            PhysicalType.FixedLengthByteArray => node.TypeLength is > 0 and <= 16,
            _ => false,
        };
        reason = fits ? null : "is a decimal of more than 38 digits or more than 28 decimal places; write it as double";
        return fits ? ColumnKind.Decimal : ColumnKind.Unreadable;
    }

    private static ColumnKind Int32Kind(SchemaNode node) => node switch
    {
        { Logical: LogicalTypes.Date } or { Converted: ConvertedTypes.Date } => ColumnKind.Date,
        { Logical: LogicalTypes.Integer, Bits: 32, Signed: false } or { Logical: 0, Converted: ConvertedTypes.UInt32 } => ColumnKind.UInt32,
        _ => ColumnKind.Int32,
    };

    private static ColumnKind Int64Kind(SchemaNode node) => node switch
    {
        { Logical: LogicalTypes.Timestamp, Unit: 1 } or { Logical: 0, Converted: ConvertedTypes.TimestampMillis } => ColumnKind.TimestampMillis,
        { Logical: LogicalTypes.Timestamp, Unit: 2 } or { Logical: 0, Converted: ConvertedTypes.TimestampMicros } => ColumnKind.TimestampMicros,
        { Logical: LogicalTypes.Timestamp, Unit: 3 } => ColumnKind.TimestampNanos,
        { Logical: LogicalTypes.Integer, Signed: false } or { Logical: 0, Converted: ConvertedTypes.UInt64 } => ColumnKind.UInt64,
        _ => ColumnKind.Int64,
    };
}
