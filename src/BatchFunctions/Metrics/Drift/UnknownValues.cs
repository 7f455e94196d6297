using System.Text;

namespace BatchFunctions.Metrics.Drift;

/// <summary>
/// Values of a feature that are none of the baseline's categories, with how often they came. At most 256 are kept, the first in the order of
/// their bytes, whichever were seen first: one that is pushed out can never come back, so that the counts of those that are left are exact, and
/// merging in any grouping keeps the same.
/// </summary>
internal sealed class UnknownValues
{
    /// <summary>How many values are kept.</summary>
    public const int MaxValues = 256;

    /// <summary>How many bytes of a value are kept; a longer one ends in an ellipsis.</summary>
    public const int MaxBytes = 64;

    private static readonly byte[] Ellipsis = "…"u8.ToArray();

    private byte[][] _values = [];
    private long[] _counts = [];
    private int _length;

    /// <summary>The values that are kept, with their counts, in the order of their bytes.</summary>
    public IReadOnlyDictionary<string, long> ToDictionary()
    {
        var all = new OrderedDictionary<string, long>(_length, StringComparer.Ordinal);
        for (int i = 0; i < _length; i++)
        {
            // Bytes that are no UTF-8 all look the same.
            string text = Encoding.UTF8.GetString(_values[i]);
            all[text] = all.GetValueOrDefault(text) + _counts[i];
        }

        return all;
    }

    /// <summary>Counts a value.</summary>
    public void Add(string value, long count) => Add(Encoding.UTF8.GetBytes(value), count);

    /// <summary>Counts a value, given in UTF-8. Allocates only for one that is new.</summary>
    public void Add(ReadOnlySpan<byte> value, long count = 1)
    {
        if (value.Length > MaxBytes)
        {
            Span<byte> shortened = stackalloc byte[MaxBytes];
            Count(shortened[..Shorten(value, shortened)], count);
        }
        else
        {
            Count(value, count);
        }
    }

    /// <summary>Adds what another one holds.</summary>
    public void Merge(UnknownValues other)
    {
        for (int i = 0; i < other._length; i++)
            Add(other._values[i], other._counts[i]);
    }

    private void Count(ReadOnlySpan<byte> value, long count)
    {
        int at = Find(value);
        if (at < 0)
        {
            at = ~at;
            if (at == MaxValues)
                return;
            if (_values.Length == 0)
                (_values, _counts) = (new byte[MaxValues + 1][], new long[MaxValues + 1]);
            Array.Copy(_values, at, _values, at + 1, _length - at);
            Array.Copy(_counts, at, _counts, at + 1, _length - at);
            (_values[at], _counts[at]) = (value.ToArray(), 0);
            _length = Math.Min(_length + 1, MaxValues);
        }

        _counts[at] += count;
    }

    private int Find(ReadOnlySpan<byte> value)
    {
        int low = 0, high = _length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = _values[middle].AsSpan().SequenceCompareTo(value);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }

    private static int Shorten(ReadOnlySpan<byte> value, Span<byte> room)
    {
        int length = MaxBytes - Ellipsis.Length;
        while ((value[length] & 0xC0) == 0x80)
            length--;
        value[..length].CopyTo(room);
        Ellipsis.CopyTo(room[length..]);
        return length + Ellipsis.Length;
    }
}
