using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace BatchFunctions.Data.Text;

/// <summary>A column of text: the empty unquoted field is null, <c>""</c> is empty.</summary>
internal sealed class CsvTextColumn(Field field) : CsvColumn(field)
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Decode(in CsvCells cells, Column column, int from, int to)
    {
        Utf8Column texts = (Utf8Column)column;
        int sum = 0;
        for (int row = from; row < to; row++)
        {
            cells.Find(row, Position, IsLast, out int length);
            sum += length;
        }

        Span<byte> room = texts.Claim(sum);
        for (int row = from; row < to; row++)
        {
            int start = cells.Find(row, Position, IsLast, out int length);
            if (length == 0)
            {
                texts.AppendNull();
                continue;
            }

            ReadOnlySpan<byte> cell = cells.Slice(start, length);
            if (!cells.IsValidText && !Utf8.IsValid(cell))
            {
                texts.AppendNull();
                cells.Fault(row, Field, FaultCodes.Malformed, cell);
                continue;
            }

            int written = cell[0] == RecordFraming.Quote ? Unquote(cell[1..^1], room) : Copy(cell, room);
            texts.AppendClaimed(written);
            room = room[written..];
        }
    }

    private static int Copy(ReadOnlySpan<byte> cell, Span<byte> room)
    {
        cell.CopyTo(room);
        return cell.Length;
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
