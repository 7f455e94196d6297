using System.Text;
using BatchFunctions.Models;

namespace BatchFunctions.Metrics.Evaluations;

/// <summary>
/// The first values, in the order of their UTF-8 bytes, of all that were seen. Which these are does not depend on the order in which they were
/// seen: a value among the first of all is among the first of every part.
/// </summary>
internal sealed class FirstValues
{
    /// <summary>The longest value that can be among them, in bytes.</summary>
    public const int LongestValue = 256;

    private readonly int _limit;
    private readonly List<byte[]> _values = [];
    private Utf8Lookup _lookup = new((IReadOnlyList<byte[]>)[]);

    /// <summary>Makes an empty list.</summary>
    /// <param name="limit">How many values are kept.</param>
    public FirstValues(int limit) => _limit = limit;

    /// <summary>The values, in order.</summary>
    public IReadOnlyList<string> Names => [.. _values.Select(Encoding.UTF8.GetString)];

    /// <summary>The position of a value among them now, or -1.</summary>
    public int Find(ReadOnlySpan<byte> value) => _lookup.Find(value);

    /// <summary>Takes a value that is not there yet in, if it is among the first.</summary>
    /// <returns>Its position, behind which all others have moved on by one; or -1 where it is not among the first.</returns>
    public int Offer(ReadOnlySpan<byte> value)
    {
        if (value.Length > LongestValue || (_values.Count == _limit && value.SequenceCompareTo(_values[^1]) >= 0))
            return -1;
        int position = 0;
        while (position < _values.Count && value.SequenceCompareTo(_values[position]) > 0)
            position++;
        if (position < _values.Count && value.SequenceEqual(_values[position]))
            return -1;
        _values.Insert(position, value.ToArray());
        if (_values.Count > _limit)
            _values.RemoveAt(_limit);
        _lookup = new Utf8Lookup(_values);
        return position;
    }

    /// <summary>Takes others in.</summary>
    public void Merge(FirstValues other)
    {
        foreach (byte[] value in other._values)
            Offer(value);
    }

    /// <summary>Takes values in that were written down.</summary>
    public void Merge(IEnumerable<string> names)
    {
        foreach (string name in names)
            Offer(Encoding.UTF8.GetBytes(name));
    }
}
