using System.IO.Hashing;

namespace BatchFunctions.Data.Parquet;

/// <summary>The different values of a text column in order of their first occurrence.</summary>
internal sealed class TextDictionary
{
    private int[] _slots = new int[1024];
    private int[] _rows = new int[512];
    private ulong[] _hashes = new ulong[512];

    /// <summary>The number of different values.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of the different values together.</summary>
    public long Length { get; private set; }

    /// <summary>The row of the first occurrence of each value.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, Count);

    public void Clear()
    {
        Array.Clear(_slots);
        Count = 0;
        Length = 0;
    }

    /// <summary>The number of the value at <paramref name="row"/>, which is added where it is new.</summary>
    public int Add(Utf8Column column, int row)
    {
        ReadOnlySpan<byte> value = column[row];
        ulong hash = XxHash3.HashToUInt64(value);
        int slot = (int)hash & (_slots.Length - 1);
        for (; _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            int known = _slots[slot] - 1;
            if (_hashes[known] == hash && column[_rows[known]].SequenceEqual(value))
                return known;
        }

        if (Count == _rows.Length)
        {
            Grow();
            return Add(column, row);
        }

        _slots[slot] = ++Count;
        _rows[Count - 1] = row;
        _hashes[Count - 1] = hash;
        Length += value.Length;
        return Count - 1;
    }

    private void Grow()
    {
        Array.Resize(ref _rows, 2 * _rows.Length);
        Array.Resize(ref _hashes, 2 * _hashes.Length);
        _slots = new int[2 * _slots.Length];
        for (int i = 0; i < Count; i++)
        {
            int slot = (int)_hashes[i] & (_slots.Length - 1);
            while (_slots[slot] != 0)
                slot = (slot + 1) & (_slots.Length - 1);
            _slots[slot] = i + 1;
        }
    }
}
