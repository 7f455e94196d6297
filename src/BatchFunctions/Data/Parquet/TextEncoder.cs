using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
    private const int Unknown = -1;
    private readonly TextDictionary _dictionary = new();
    private int[] _numbers = [];
    private int[] _numberOf = [];
    private int _firstRow;
    private bool _useDictionary;
    private readonly byte[] _smallest = new byte[LongestBound];
    private readonly byte[] _largest = new byte[LongestBound];
    private int _smallestLength;
    private int _largestLength;

    public override PageEncoding ValueEncoding => _useDictionary ? PageEncoding.RleDictionary : PageEncoding.Plain;

    public override bool TryGetBounds(out ReadOnlySpan<byte> smallest, out ReadOnlySpan<byte> largest)
    {
        bool areTold = _smallestLength >= 0;
        smallest = _smallest.AsSpan(0, areTold ? _smallestLength : 0);
        largest = _largest.AsSpan(0, areTold ? _largestLength : 0);
        return areTold;
    }

    protected override void Prepare(Column column, int start, int count, ChunkBuilder chunk)
    {
        Utf8Column text = (Utf8Column)column;
        _firstRow = start;
        _useDictionary = TryMakeDictionary(text, start, count);
        _smallestLength = -1;
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
        Utf8Column text = (Utf8Column)column;
        int rows = 1;
        for (long length = text[row].Length; rows < most && (length += text[row + rows].Length) <= LongestPage;)
            rows++;
        return rows;
    }

    protected override void EncodeValues(Column column, int row, int rows, int present, ArrayBufferWriter<byte> page)
    {
        Utf8Column text = (Utf8Column)column;
        if (!_useDictionary)
        {
            if (text.Entries is null && present == rows)
                CopyPlain(text, row, rows, page);
            else
                for (int i = row; i < row + rows; i++)
                    if (!text.IsNull(i))
                        WritePlain(text[i], page);
            return;
        }

        Span<int> numbers = NumbersOf(text, row, rows);
        if (present < rows)
        {
            // Those of the nulls are left out.
            int count = 0;
            for (int i = 0; i < rows; i++)
                if (!text.IsNull(row + i))
                    numbers[count++] = numbers[i];
        }

        WriteNumbers(numbers[..present], BitOperations.Log2((uint)Math.Max(1, _dictionary.Count - 1)) + 1, page);
    }

    // By row; undefined for nulls.
    private Span<int> NumbersOf(Utf8Column text, int row, int rows)
    {
        if (text.Entries is null)
            return _numbers.AsSpan(row - _firstRow, rows);
        Reserve(rows);
        Span<int> numbers = _numbers.AsSpan(0, rows);
        ReadOnlySpan<ushort> entryOf = text.EntryOf.Slice(row, rows);
        ReadOnlySpan<int> numberOf = _numberOf;
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = numberOf[entryOf[i]];
        return numbers;
    }

    private bool TryMakeDictionary(Utf8Column text, int start, int count)
    {
        _dictionary.Clear();
        if (text.Entries is { } entries)
            return TryMakeDictionary(text, entries, start, count);
        Reserve(count);
        for (int i = 0; i < count; i++)
        {
            if (!text.IsNull(start + i))
                _numbers[i] = _dictionary.Add(text, start + i);
            if (IsTooLong(count) || (i == Sample && IsTooVaried))
                return false;
        }

        return _dictionary.Count > 0;
    }

    // Numbers go by the first occurrence among the rows, whatever dictionary the rows refer to, so that the same rows give the same bytes.
    private bool TryMakeDictionary(Utf8Column text, TextEntries entries, int start, int count)
    {
        if (_numberOf.Length <= entries.Count)
            _numberOf = new int[Math.Max(entries.Count + 1, 2 * _numberOf.Length)];
        Span<int> numberOf = _numberOf.AsSpan(0, entries.Count + 1);
        numberOf.Fill(Unknown);
        ReadOnlySpan<ushort> entryOf = text.EntryOf.Slice(start, count);
        for (int i = 0, left = entries.Count; i < entryOf.Length && left > 0; i++)
        {
            ref int number = ref numberOf[entryOf[i]];
            if (number != Unknown || text.IsNull(start + i))
                continue;
            number = _dictionary.Add(text, start + i);
            left--;
            if (IsTooLong(count) || (i <= Sample && IsTooVaried))
                return false;
        }

        return _dictionary.Count > 0;
    }

    private void Reserve(int rows)
    {
        if (_numbers.Length < rows)
            _numbers = new int[rows];
    }

    private bool IsTooVaried => _dictionary.Count > Sample / 2;

    private bool IsTooLong(int rows) => _dictionary.Count > Math.Max(1, rows / Repeats) || _dictionary.Length > LongestDictionary;

    private void FindBounds(Utf8Column text, int start, int count)
    {
        int smallest = -1, largest = -1;
        ulong least = 0, most = 0;
        for (int i = start; i < start + count; i++)
        {
            // Most values are told apart from both bounds by their first bytes.
            ReadOnlySpan<byte> value = text[i];
            if (value.Length >= sizeof(ulong) && BinaryPrimitives.ReadUInt64BigEndian(value) is var head && head > least && head < most)
                continue;
            if (text.IsNull(i))
                continue;
            Widen(text, i, ref smallest, ref largest);
            (least, most) = (Head(text[smallest]), Head(text[largest]));
        }

        SetBounds(text, smallest, largest);
    }

    // What a bound cannot be told apart from by eight bytes, as it is shorter, must not be passed over.
    private static ulong Head(ReadOnlySpan<byte> bound)
    {
        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        bound[..Math.Min(bound.Length, padded.Length)].CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
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
        if (smallest < 0 || text[smallest].Length > LongestBound || text[largest].Length > LongestBound)
            return;
        text[smallest].CopyTo(_smallest);
        text[largest].CopyTo(_largest);
        (_smallestLength, _largestLength) = (text[smallest].Length, text[largest].Length);
    }

    private static void CopyPlain(Utf8Column text, int row, int rows, ArrayBufferWriter<byte> page)
    {
        ReadOnlySpan<int> offsets = text.Offsets.Slice(row, rows + 1);
        ReadOnlySpan<byte> bytes = text.Bytes;
        int length = offsets[^1] - offsets[0] + (rows * sizeof(int));
        Span<byte> room = page.GetSpan(length + Vector128<byte>.Count);
        ref byte target = ref MemoryMarshal.GetReference(room);
        for (int i = 0; i < rows; i++)
        {
            int start = offsets[i], size = offsets[i + 1] - start;
            Unsafe.WriteUnaligned(ref target, size);
            target = ref Unsafe.Add(ref target, sizeof(int));
            if (size <= Vector128<byte>.Count && start <= bytes.Length - Vector128<byte>.Count)
                Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(bytes), (nuint)start).StoreUnsafe(ref target);
            else
                bytes.Slice(start, size).CopyTo(MemoryMarshal.CreateSpan(ref target, size));
            target = ref Unsafe.Add(ref target, size);
        }

        page.Advance(length);
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
