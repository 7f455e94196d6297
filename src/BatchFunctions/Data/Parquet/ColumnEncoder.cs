using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace BatchFunctions.Data.Parquet;

/// <summary>Writes the rows of one column as pages. Keeps its memory from row group to row group.</summary>
internal abstract class ColumnEncoder(Field field, bool optional)
{
    // Small enough that a page stays in a core's cache while it is encoded, compressed and, later, read.
    private const int PageRows = 32_768;

    public Field Field { get; } = field;

    /// <summary>The column's name as the footer has it.</summary>
    public byte[] Name { get; } = Encoding.UTF8.GetBytes(field.Name);

    public bool Optional { get; } = optional;

    /// <summary>The encoding of the last chunk's values.</summary>
    public abstract PageEncoding ValueEncoding { get; }

    /// <summary>The number of nulls in the last chunk.</summary>
    public int Nulls { get; private set; }

    /// <summary>Makes the encoder for a column.</summary>
    public static ColumnEncoder Create(Field field, bool optional) => field.Type switch
    {
        DataType.Bool => new BooleanEncoder(field, optional),
        DataType.Int32 or DataType.Date => new IntegerEncoder<int>(field, optional),
        DataType.Int64 or DataType.Timestamp => new IntegerEncoder<long>(field, optional),
        DataType.Float32 => new FloatEncoder<float>(field, optional),
        DataType.Float64 => new FloatEncoder<double>(field, optional),
        DataType.Decimal => new DecimalEncoder(field, optional),
        DataType.String => new TextEncoder(field, optional),
        _ => throw new ArgumentOutOfRangeException(nameof(field), field.Type, "There is no column of this type."),
    };

    /// <summary>Writes rows as a chunk.</summary>
    /// <param name="column">The column that holds them.</param>
    /// <param name="start">The first row.</param>
    /// <param name="count">The number of rows, positive.</param>
    /// <param name="chunk">Where the pages go.</param>
    public void Encode(Column column, int start, int count, ChunkBuilder chunk)
    {
        Nulls = 0;
        Prepare(column, start, count, chunk);
        for (int row = start, end = start + count; row < end;)
        {
            int rows = RowsInPage(column, row, Math.Min(PageRows, end - row));
            ReadOnlySpan<bool> nulls = column.HasNulls ? column.Nulls.Slice(row, rows) : default;
            int present = rows - nulls.Count(true);
            Nulls += rows - present;
            if (Optional)
                WriteLevels(nulls, rows, present, chunk.Page);
            else if (present < rows)
                throw new BatchFunctionsException(
                    ErrorKind.Internal, $"The column '{Field.Name}' was declared to be without nulls, but has {rows - present} of them in {rows} rows.");
            EncodeValues(column, row, rows, present, chunk.Page);
            chunk.EndDataPage(rows, ValueEncoding);
            row += rows;
        }
    }

    /// <summary>The smallest and the largest value of the last chunk, plainly encoded without a length; gone with the next chunk.</summary>
    /// <returns>False where they are not told.</returns>
    public virtual bool TryGetBounds(out ReadOnlySpan<byte> smallest, out ReadOnlySpan<byte> largest)
    {
        smallest = largest = default;
        return false;
    }

    /// <summary>Looks at a chunk before its pages are written.</summary>
    protected virtual void Prepare(Column column, int start, int count, ChunkBuilder chunk)
    {
    }

    /// <summary>The number of rows to put into the page that starts at <paramref name="row"/>, at most <paramref name="most"/>.</summary>
    protected virtual int RowsInPage(Column column, int row, int most) => most;

    /// <summary>Writes the values of a page; nulls have none.</summary>
    protected abstract void EncodeValues(Column column, int row, int rows, int present, ArrayBufferWriter<byte> page);

    private static void WriteLevels(ReadOnlySpan<bool> nulls, int rows, int present, ArrayBufferWriter<byte> page)
    {
        bool same = present == rows || present == 0;
        int groups = (rows + 7) / 8;
        ulong header = same ? (ulong)rows << 1 : ((ulong)groups << 1) | 1;
        int length = same ? 1 : groups;
        BinaryPrimitives.WriteInt32LittleEndian(page.GetSpan(sizeof(int)), Varints.Length(header) + length);
        page.Advance(sizeof(int));
        Varints.Write(page, header);
        Span<byte> levels = page.GetSpan(length)[..length];
        if (same)
            levels[0] = present > 0 ? (byte)1 : (byte)0;
        else
            BitPacking.PackBits(nulls, invert: true, levels);
        page.Advance(length);
    }
}
