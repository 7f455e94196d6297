using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchFunctions.Data.Text;

/// <summary>A column of numbers: cells of at most eight bytes without a sign are read four at a time, the others one by one.</summary>
internal sealed class CsvDigitColumn<T, TCell> : CsvColumn<T, TCell>
    where T : unmanaged
    where TCell : struct, IDigitCell<T>
{
    /// <summary>How many strips are read one by one after a strip whose cells were mostly of the other kind.</summary>
    private const int StripsApart = 16;

    private int _apart;

    /// <summary>Makes a column in which unquoted <paramref name="nulls"/> are null.</summary>
    public CsvDigitColumn(Field field, byte[][] nulls)
        : base(field, nulls)
    {
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Decode(in CsvCells cells, Column column, int from, int to)
    {
        int rows = to - from;
        if (NullsFirst || rows < Digits.Lanes || --_apart >= 0)
        {
            base.Decode(cells, column, from, to);
            return;
        }

        // The lanes behind the last row are read too, and never used.
        Span<ulong> words = stackalloc ulong[CsvRecordReader.StripRows];
        Span<byte> scales = stackalloc byte[TCell.HasPoint ? CsvRecordReader.StripRows : 1];
        Gather(cells, from, to, words, scales);
        Span<T> values = ((Column<T>)column).Values;
        int others = 0;
        for (int i = 0; i < rows; i += Digits.Lanes)
        {
            uint wrong = Digits.ReadLanes(ref words[i]);
            int end = Math.Min(i + Digits.Lanes, rows);
            for (int j = i; j < end; j++)
                values[from + j] = TCell.FromDigits((uint)words[j], TCell.HasPoint ? scales[j] : 0);
            if (wrong != 0)
                for (int j = i; j < end; j++)
                    if ((wrong >> (j - i) & 1) != 0)
                    {
                        DecodeOne(cells, column, from + j);
                        others++;
                    }
        }

        _apart = others > rows / 2 ? StripsApart : 0;
    }

    /// <summary>Loads each cell's digits, without their point; a word of zero bytes, which are no digits, stands for other cells.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather(in CsvCells cells, int from, int to, Span<ulong> words, Span<byte> scales)
    {
        CsvCells local = cells;
        ref ulong word = ref MemoryMarshal.GetReference(words);
        (int position, bool isLast) = (Position, IsLast);
        for (int row = from; row < to; row++, word = ref Unsafe.Add(ref word, 1))
        {
            int start = local.Find(row, position, isLast, out int length), scale = 0;
            ulong text = 0;
            if ((uint)(length - 1) < 8)
            {
                text = Digits.Load(ref local.At(start));
                if (TCell.HasPoint)
                    length = Digits.RemovePoint(ref text, length, out scale);
                text = length > 0 ? Digits.Align(text, length) : 0;
            }

            word = text;
            if (TCell.HasPoint)
                scales[row - from] = (byte)scale;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void DecodeOne(in CsvCells cells, Column column, int row)
    {
        int start = cells.Find(row, Position, IsLast, out int length);
        if (length > 0 && TCell.TryRead(ref cells.At(start), length, out T value))
            ((Column<T>)column).Values[row] = value;
        else
            DecodeOther(cells, column, row, start, length);
    }
}
