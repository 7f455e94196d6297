using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchFunctions.Data.Text;

/// <summary>A column of values of fixed width.</summary>
internal class CsvColumn<T, TCell> : CsvColumn
    where T : unmanaged
    where TCell : struct, ICell<T>
{
    private readonly byte[][] _nulls;

    /// <summary>Makes a column in which unquoted <paramref name="nulls"/> are null.</summary>
    public CsvColumn(Field field, byte[][] nulls)
        : base(field)
    {
        _nulls = nulls;
        NullsFirst = nulls.Any(IsValue);
    }

    /// <summary>Whether some null could be read as a value, as -999 could, so that nulls must be looked for first.</summary>
    protected bool NullsFirst { get; }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Decode(in CsvCells cells, Column column, int from, int to)
    {
        // On the stack and never passed on by reference, the cells' parts stay in registers.
        CsvCells local = cells;
        ref T values = ref MemoryMarshal.GetReference(((Column<T>)column).Values);
        (int position, bool isLast, bool nullsFirst) = (Position, IsLast, NullsFirst);
        for (int row = from; row < to; row++)
        {
            int start = local.Find(row, position, isLast, out int length);
            if (length > 0 && !nullsFirst && TCell.TryRead(ref local.At(start), length, out T value))
                Unsafe.Add(ref values, row) = value;
            else
                DecodeOther(cells, column, row, start, length);
        }
    }

    /// <summary>Reads a cell that may be blank, null, quoted or wrong.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    protected void DecodeOther(in CsvCells cells, Column column, int row, int start, int length)
    {
        ref T value = ref ((Column<T>)column).Values[row];
        value = default;
        if (length == 0 || start < 0)
        {
            column.SetNull(row);
            return;
        }

        ReadOnlySpan<byte> cell = cells.Slice(start, length);
        bool isQuoted = cell[0] == RecordFraming.Quote;
        ReadOnlySpan<byte> text = (isQuoted ? cell[1..^1] : cell).Trim(" \t"u8);
        if (text.IsEmpty || (!isQuoted && IsNull(text)))
        {
            column.SetNull(row);
        }
        else if (!TCell.TryRead(ref MemoryMarshal.GetReference(text), text.Length, out value))
        {
            value = default;
            column.SetNull(row);
            cells.Fault(row, Field, FaultCodes.WrongType, cell);
        }
    }

    private bool IsNull(ReadOnlySpan<byte> text)
    {
        foreach (byte[] value in _nulls)
            if (text.SequenceEqual(value))
                return true;
        return false;
    }

    private static bool IsValue(byte[] text)
    {
        byte[] padded = new byte[text.Length + ByteFeed.Slack];
        text.CopyTo(padded, 0);
        return text.Length > 0 && TCell.TryRead(ref padded[0], text.Length, out _);
    }
}
