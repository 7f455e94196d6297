namespace BatchFunctions.Data;

/// <summary>
/// The different texts of a column that is held as a dictionary, by number. Number 0 is the empty text that nulls refer to; those of the
/// column start with 1. The same text may have several numbers.
/// </summary>
internal sealed class TextEntries
{
    /// <summary>The largest number of entries that rows can refer to.</summary>
    public const int Most = ushort.MaxValue;

    private byte[] _bytes = [];
    private int[] _ends = new int[16];

    /// <summary>The number of entries; also the last one's number.</summary>
    public int Count { get; private set; }

    /// <summary>Changes whenever an entry does, so that whatever was worked out for the entries can be kept until then.</summary>
    public long Stamp { get; private set; }

    /// <summary>The bytes of an entry, 0 to <see cref="Count"/>.</summary>
    public ReadOnlySpan<byte> this[int number] => number == 0 ? default : _bytes.AsSpan(_ends[number - 1], _ends[number] - _ends[number - 1]);

    /// <summary>Forgets all entries.</summary>
    public void Clear()
    {
        Count = 0;
        Stamp++;
    }

    /// <summary>Adds an entry.</summary>
    /// <returns>Its number.</returns>
    public int Add(ReadOnlySpan<byte> text)
    {
        int start = _ends[Count], end = checked(start + text.Length);
        if (_bytes.Length < end)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(end, 2L * _bytes.Length)));
        if (_ends.Length == Count + 1)
            Array.Resize(ref _ends, 2 * _ends.Length);
        text.CopyTo(_bytes.AsSpan(start));
        _ends[++Count] = end;
        Stamp++;
        return Count;
    }
}
