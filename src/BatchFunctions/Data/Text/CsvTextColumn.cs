using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace BatchFunctions.Data.Text;

/// <summary>
/// A column of text: the empty unquoted field is null, <c>""</c> is empty. As long as a file has few different texts in it, its rows refer to
/// them; otherwise they are laid out end to end.
/// </summary>
internal sealed class CsvTextColumn(Field field) : CsvColumn(field)
{
    private TextInterner? _texts = new();
    private byte[] _unquoted = [];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Decode(in CsvCells cells, Column column, int from, int to)
    {
        Utf8Column texts = (Utf8Column)column;
        if (_texts is not null && (from == 0 || texts.Entries is not null))
        {
            from = Refer(cells, texts, _texts, from, to);
            if (from == to)
                return;

            // There are too many by now.
            texts.Flatten(from);
            _texts = null;
        }

        LayOut(cells, texts, from, to);
    }

    /// <summary>Has rows refer to their texts, until there are too many of them.</summary>
    /// <returns>The first row that was not done.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Refer(in CsvCells cells, Utf8Column texts, TextInterner interner, int from, int to)
    {
        CsvCells local = cells;
        ref ushort entryOf = ref MemoryMarshal.GetReference(texts.Entries is null ? texts.ReferTo(interner.Entries) : texts.EntryOf);
        (int position, bool isLast, bool isValid) = (Position, IsLast, local.IsValidText);
        for (int row = from; row < to; row++)
        {
            int start = local.Find(row, position, isLast, out int length), number = 0;
            if (length == 0)
            {
                texts.SetNull(row);
            }
            else if (!isValid || local.At(start) == RecordFraming.Quote)
            {
                number = ReferOther(cells, texts, interner, row, start, length);
                if (number < 0)
                    return row;
            }
            else
            {
                number = interner.Find(ref local.At(start), length);
                if (number == 0 && (number = interner.TryAdd(ref local.At(start), length)) == 0)
                    return row;
            }

            Unsafe.Add(ref entryOf, row) = (ushort)number;
        }

        return to;
    }

    // The number of a cell that is quoted or may not be valid text, 0 for one that is not, -1 where there are too many different ones.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int ReferOther(in CsvCells cells, Utf8Column texts, TextInterner interner, int row, int start, int length)
    {
        ReadOnlySpan<byte> cell = cells.Slice(start, length);
        if (!cells.IsValidText && !Utf8.IsValid(cell))
        {
            texts.SetNull(row);
            cells.Fault(row, Field, FaultCodes.Malformed, cell);
            return 0;
        }

        if (cell[0] != RecordFraming.Quote)
            return NumberOf(interner, ref cells.At(start), length);
        if (length > TextInterner.LongestText)
            return -1;
        if (_unquoted.Length == 0)
            _unquoted = new byte[TextInterner.LongestText + ByteFeed.Slack];
        return NumberOf(interner, ref _unquoted[0], Unquote(cell[1..^1], _unquoted));
    }

    private static int NumberOf(TextInterner interner, ref byte start, int length) =>
        interner.Find(ref start, length) is > 0 and int known ? known
        : interner.TryAdd(ref start, length) is > 0 and int added ? added
        : -1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LayOut(in CsvCells cells, Utf8Column texts, int from, int to)
    {
        CsvCells local = cells;
        (int position, bool isLast, bool isValid) = (Position, IsLast, local.IsValidText);
        int sum = 0;
        for (int row = from; row < to; row++)
        {
            local.Find(row, position, isLast, out int length);
            sum += length;
        }

        int end = texts.Bytes.Length;
        Span<byte> bytes = texts.ClaimRows(to - from, sum + Vector128<byte>.Count, out Span<int> ends);
        for (int row = from; row < to; row++)
        {
            int start = local.Find(row, position, isLast, out int length);
            if (length == 0)
                texts.SetNull(row);
            else if (!isValid || length > Vector128<byte>.Count || local.At(start) == RecordFraming.Quote)
                end += LayOutOther(cells, texts, row, start, length, bytes[end..]);
            else
            {
                Vector128.LoadUnsafe(ref local.At(start)).StoreUnsafe(ref bytes[end]);
                end += length;
            }

            ends[row - from] = end;
        }

        texts.AppendClaimedRows(to - from);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int LayOutOther(in CsvCells cells, Utf8Column texts, int row, int start, int length, Span<byte> room)
    {
        ReadOnlySpan<byte> cell = cells.Slice(start, length);
        if (!cells.IsValidText && !Utf8.IsValid(cell))
        {
            texts.SetNull(row);
            cells.Fault(row, Field, FaultCodes.Malformed, cell);
            return 0;
        }

        if (cell[0] == RecordFraming.Quote)
            return Unquote(cell[1..^1], room);
        cell.CopyTo(room);
        return length;
    }

    /// <summary>Copies what stands between the quotes, each doubled quote once.</summary>
    private static int Unquote(ReadOnlySpan<byte> inner, Span<byte> room)
    {
        int written = 0;
        while (inner.IndexOf(RecordFraming.Quote) is >= 0 and int quote)
        {
            inner[..(quote + 1)].CopyTo(room[written..]);
            written += quote + 1;
            inner = inner[(quote + 2)..];
        }

        inner.CopyTo(room[written..]);
        return written + inner.Length;
    }
}
