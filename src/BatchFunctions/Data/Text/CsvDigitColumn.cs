using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Data.Text;

/// <summary>
/// A column of numbers: cells of digits, with a point where the type has one and with a minus, are read several at a time, the others one by
/// one. How wide the cells are and whether they have signs is taken from the rows before.
/// </summary>
internal sealed class CsvDigitColumn<T, TCell> : CsvColumn<T, TCell>
    where T : unmanaged
    where TCell : struct, IDigitCell<T>
{
    /// <summary>How many strips are read one by one after a strip whose cells were mostly of the other kind.</summary>
    private const int StripsApart = 16;

    private const int WordBytes = sizeof(ulong);
    private const ulong Zeros = 0x3030303030303030;
    private const ulong NoNumber = ulong.MaxValue;

    /// <summary>
    /// By <see cref="WordBytes"/> more than a cell's length, what a word that ends where the cell ends keeps of its bytes; by the length alone, what
    /// the word before it keeps.
    /// </summary>
    private static readonly ulong[] Kept =
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, ~0UL << 56, ~0UL << 48, ~0UL << 40, ~0UL << 32, ~0UL << 24, ~0UL << 16, ~0UL << 8,
        ~0UL, ~0UL, ~0UL, ~0UL, ~0UL, ~0UL, ~0UL, ~0UL, ~0UL,
    ];

    private int _apart;
    private bool _isPlain = true;

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
        if (NullsFirst || --_apart >= 0)
        {
            base.Decode(cells, column, from, to);
            return;
        }

        // The lanes behind the last row are read too, and never used.
        Span<ulong> low = stackalloc ulong[CsvRecordReader.StripRows];
        Span<ulong> high = stackalloc ulong[CsvRecordReader.StripRows];
        Span<ulong> minus = stackalloc ulong[CsvRecordReader.StripRows];
        Span<T> last = stackalloc T[DigitLanes.Count];
        bool isPlain = _isPlain && cells.Stride > 0 && GatherPlain(cells, from, to, low);
        if (!isPlain)
            _isPlain = !GatherAny(cells, from, to, low, high, minus);

        int rows = to - from, others = 0;
        ref T values = ref MemoryMarshal.GetReference(((Column<T>)column).Values[from..]);
        for (int i = 0; i < rows; i += DigitLanes.Count)
        {
            bool isWhole = i + DigitLanes.Count <= rows;
            ref T target = ref isWhole ? ref Unsafe.Add(ref values, i) : ref last[0];
            uint wrong = isPlain ? ReadPlain(ref low[i], ref target) : ReadAny(ref low[i], ref high[i], ref minus[i], ref target);
            if (!isWhole)
            {
                wrong &= (1U << (rows - i)) - 1;
                last[..(rows - i)].CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref values, i), rows - i));
            }

            for (int row = from + i; wrong != 0; row++, wrong >>= 1)
            {
                if ((wrong & 1) == 0)
                    continue;
                DecodeOne(cells, column, row);
                others++;
            }
        }

        _apart = others > rows / 2 ? StripsApart : 0;
    }

    /// <summary>Reads cells of at most eight bytes without a sign.</summary>
    /// <returns>A bit for each cell that is of another kind; its value is undefined.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ReadPlain(ref ulong low, ref T to)
    {
        Vector256<ulong> words = Vector256.LoadUnsafe(ref low), wrong = Vector256<ulong>.Zero, powers = Vector256<ulong>.Zero;
        if (TCell.HasPoint)
        {
            wrong = DigitLanes.TakePoint(ref words, Vector256<ulong>.Zero, out powers);
            powers = DigitLanes.Numbers(powers);
        }

        TCell.Store(DigitLanes.Numbers(words), powers, Vector256<ulong>.Zero, ref to);
        return (wrong | DigitLanes.Others(words)).ExtractMostSignificantBits();
    }

    /// <summary>Reads cells of at most sixteen bytes behind their sign.</summary>
    /// <returns>A bit for each cell that is of another kind; its value is undefined.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ReadAny(ref ulong low, ref ulong high, ref ulong minus, ref T to)
    {
        Vector256<ulong> lower = Vector256.LoadUnsafe(ref low), upper = Vector256.LoadUnsafe(ref high);
        Vector256<ulong> wrong = Vector256<ulong>.Zero, powers = Vector256<ulong>.Zero;
        if (TCell.HasPoint)
        {
            wrong = DigitLanes.TakePoint(ref upper, ref lower, out Vector256<ulong> highPowers, out Vector256<ulong> lowPowers);
            powers = DigitLanes.Numbers(highPowers, lowPowers);
        }

        Vector256<ulong> numbers = DigitLanes.Numbers(upper, lower);
        wrong |= DigitLanes.Others(upper) | DigitLanes.Others(lower);

        // Beyond, a number may have to be rounded before it is divided.
        if (TCell.HasPoint)
            wrong |= Vector256.GreaterThan(numbers, Vector256.Create(1UL << 53));
        TCell.Store(numbers, powers, Vector256.LoadUnsafe(ref minus), ref to);
        return wrong.ExtractMostSignificantBits();
    }

    /// <summary>Loads the digits of cells of at most eight bytes; a word of bytes that are no digits stands for other cells.</summary>
    /// <returns>False where there are cells that <see cref="GatherAny"/> would load, with signs or wider.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool GatherPlain(in CsvCells cells, int from, int to, Span<ulong> low)
    {
        // Few variables, so that all of them stay in registers.
        ref byte text = ref cells.At(0);
        ref int before = ref cells.Before(from, Position), end = ref cells.Behind(from, Position, IsLast, out int endStep);
        int step = cells.Stride;
        ref ulong kept = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Kept), WordBytes);
        ref ulong word = ref MemoryMarshal.GetReference(low), behind = ref Unsafe.Add(ref word, to - from);
        bool isPlain = true;
        while (Unsafe.IsAddressLessThan(ref word, ref behind))
        {
            int length = end - before - 1;
            ref byte last = ref Unsafe.Add(ref text, (nint)(uint)end);
            if ((uint)(length - 1) < WordBytes)
            {
                word = (Digits.Load(ref Unsafe.Subtract(ref last, WordBytes)) ^ Zeros) & Unsafe.Add(ref kept, (nint)(uint)length);
            }
            else
            {
                word = NoNumber;
                isPlain &= length <= WordBytes;
            }

            end = ref Unsafe.Add(ref end, endStep);
            before = ref Unsafe.Add(ref before, step);
            word = ref Unsafe.Add(ref word, 1);
        }

        return isPlain || TCell.MaxDigits <= WordBytes;
    }

    /// <summary>Loads the digits and the sign of each cell; a word of bytes that are no digits stands for other cells.</summary>
    /// <returns>Whether there are cells that <see cref="GatherPlain"/> would not load.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool GatherAny(in CsvCells cells, int from, int to, Span<ulong> low, Span<ulong> high, Span<ulong> minus)
    {
        CsvCells local = cells;
        (int position, bool isLast) = (Position, IsLast);
        ref ulong kept = ref MemoryMarshal.GetArrayDataReference(Kept);
        bool isOther = false;
        for (int row = from, i = 0; row < to; row++, i++)
        {
            int start = local.Find(row, position, isLast, out int length);
            bool isNegative = length > 0 && local.At(start) == '-';
            int digits = length - (isNegative ? 1 : 0);
            isOther |= isNegative || digits > WordBytes;
            if ((uint)(digits - 1) < TCell.MaxDigits)
            {
                ref byte end = ref local.At(start + length);
                low[i] = (Digits.Load(ref Unsafe.Subtract(ref end, WordBytes)) ^ Zeros) & Unsafe.Add(ref kept, WordBytes + digits);
                high[i] = (Digits.Load(ref Unsafe.Subtract(ref end, 2 * WordBytes)) ^ Zeros) & Unsafe.Add(ref kept, digits);
            }
            else
            {
                low[i] = NoNumber;
            }

            minus[i] = isNegative ? ulong.MaxValue : 0;
        }

        return isOther;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void DecodeOne(in CsvCells cells, Column column, int row)
    {
        int start = cells.Find(row, Position, IsLast, out int length);
        if (length > 0 && TCell.TryRead(ref cells.At(start), length, out T value))
        {
            ((Column<T>)column).Values[row] = value;
            _isPlain &= cells.At(start) != '-';
        }
        else
        {
            DecodeOther(cells, column, row, start, length);
        }
    }
}
