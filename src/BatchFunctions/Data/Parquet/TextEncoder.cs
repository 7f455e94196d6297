using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace BatchFunctions.Data.Parquet;

/// <summary>
/// Writes text, through a dictionary where that pays: where the row group's values repeat at least four times on average, which is given
/// up as soon as the first rows show that they do not.
/// </summary>
internal sealed class TextEncoder(Field field, bool optional) : ColumnEncoder(field, optional)
{
    private const int Repeats = 4;
    private const int Sample = 4096;
    private const int LongestDictionary = 1 << 20;
    private const int LongestPage = 1 << 20;
    private const int LongestBound = 64;
    private readonly TextDictionary _dictionary = new();
    private int[] _numbers = [];
    private int _firstRow;
    private bool _useDictionary;
    private byte[]? _smallest;
    private byte[]? _largest;

    public override PageEncoding Encoding => _useDictionary ? PageEncoding.RleDictionary : PageEncoding.Plain;

    public override (byte[]? Smallest, byte[]? Largest) Bounds() => (_smallest, _largest);

    protected override void Prepare(Column column, int start, int count, ChunkBuilder chunk)
    {
        Utf8Column text = (Utf8Column)column;
        _firstRow = start;
        _useDictionary = TryMakeDictionary(text, start, count);
        (_smallest, _largest) = (default, default);
        if (!_useDictionary)
        {
            FindBounds(text, start, count);
            return;
        }

        FindBounds(text, _dictionary.Rows);
        foreach (int row in _dictionary.Rows)
            WritePlain(text[row], chunk.Page);
        chunk.EndDictionaryPage(_dictionary.Count);
    }

    protected override int RowsInPage(Column column, int row, int most)
    {
        if (_useDictionary)
            return most;
        ReadOnlySpan<int> offsets = ((Utf8Column)column).Offsets;
        int rows = 1;
        while (rows < most && offsets[row + rows + 1] - offsets[row] <= LongestPage)
            rows++;
        return rows;
    }

    protected override void EncodeValues(Column column, int row, int rows, int present, ArrayBufferWriter<byte> page)
    {
        Utf8Column text = (Utf8Column)column;
        if (!_useDictionary)
        {
            for (int i = row; i < row + rows; i++)
                if (!text.IsNull(i))
                    WritePlain(text[i], page);
            return;
        }

        // The numbers of the page's values, side by side; nulls have -1.
        Span<int> numbers = _numbers.AsSpan(row - _firstRow, rows);
        int count = 0;
        foreach (int number in numbers)
            if (number >= 0)
                numbers[count++] = number;
        WriteNumbers(numbers[..count], BitOperations.Log2((uint)Math.Max(1, _dictionary.Count - 1)) + 1, page);
    }

    private bool TryMakeDictionary(Utf8Column text, int start, int count)
    {
        _dictionary.Clear();
        if (_numbers.Length < count)
            _numbers = new int[count];
        int most = Math.Max(1, count / Repeats);
        for (int i = 0; i < count; i++)
        {
            _numbers[i] = text.IsNull(start + i) ? -1 : _dictionary.Add(text, start + i);
            if (_dictionary.Count > most || _dictionary.Length > LongestDictionary || (i == Sample && _dictionary.Count > Sample / 2))
                return false;
        }

        return _dictionary.Count > 0;
    }

    private void FindBounds(Utf8Column text, int start, int count)
    {
        int smallest = -1, largest = -1;
        for (int i = start; i < start + count; i++)
            if (!text.IsNull(i))
                Widen(text, i, ref smallest, ref largest);
        SetBounds(text, smallest, largest);
    }

    private void FindBounds(Utf8Column text, ReadOnlySpan<int> rows)
    {
        int smallest = -1, largest = -1;
        foreach (int row in rows)
            Widen(text, row, ref smallest, ref largest);
        SetBounds(text, smallest, largest);
    }

    private static void Widen(Utf8Column text, int row, ref int smallest, ref int largest)
    {
        ReadOnlySpan<byte> value = text[row];
        if (largest < 0 || value.SequenceCompareTo(text[largest]) > 0)
            largest = row;
        if (smallest < 0 || value.SequenceCompareTo(text[smallest]) < 0)
            smallest = row;
    }

    // Long bounds would fill the footer, and a cut one is no longer a value.
    private void SetBounds(Utf8Column text, int smallest, int largest)
    {
        if (smallest >= 0 && text[smallest].Length <= LongestBound && text[largest].Length <= LongestBound)
            (_smallest, _largest) = (text[smallest].ToArray(), text[largest].ToArray());
    }

    private static void WritePlain(ReadOnlySpan<byte> value, ArrayBufferWriter<byte> page)
    {
        Span<byte> room = page.GetSpan(sizeof(int) + value.Length);
        BinaryPrimitives.WriteInt32LittleEndian(room, value.Length);
        value.CopyTo(room[sizeof(int)..]);
        page.Advance(sizeof(int) + value.Length);
    }

    private static void WriteNumbers(ReadOnlySpan<int> numbers, int bitWidth, ArrayBufferWriter<byte> page)
    {
        page.Write([(byte)bitWidth]);
        int groups = (numbers.Length + 7) / 8;
        if (groups == 0)
            return;
        Varints.Write(page, ((ulong)groups << 1) | 1);
        BitPacking.Pack(numbers, bitWidth, page.GetSpan(groups * bitWidth)[..(groups * bitWidth)]);
        page.Advance(groups * bitWidth);
    }
}
