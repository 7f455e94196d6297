using System.Text;

namespace BatchFunctions.Metrics.Evaluations;

/// <summary>Outcomes by the value of a column.</summary>
internal sealed class SegmentOutcomes
{
    /// <summary>The number of values that are told apart; the others count together.</summary>
    public const int MaxValues = 50;

    private readonly FirstValues _values = new(MaxValues);
    private readonly List<Outcomes> _outcomes = [];

    /// <summary>Makes a column's outcomes without records.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="kind">Outcomes of the kind to keep.</param>
    public SegmentOutcomes(string column, Outcomes kind) => (Column, Missing, Other) = (column, kind.CreateSegment(), kind.CreateSegment());

    /// <summary>The column's name.</summary>
    public string Column { get; }

    /// <summary>The records without a value.</summary>
    public Outcomes Missing { get; }

    /// <summary>The records whose values are not told apart, there being too many, or their text too long.</summary>
    public Outcomes Other { get; }

    /// <summary>The values that are told apart.</summary>
    public int Count => _outcomes.Count;

    /// <summary>Changes whenever another value is told apart, so that positions found before can be kept until then.</summary>
    public int Version { get; private set; }

    /// <summary>The values that are told apart, in the order of their UTF-8 bytes, with their outcomes.</summary>
    public IEnumerable<(string Value, Outcomes Outcomes)> Values => _values.Names.Zip(_outcomes);

    /// <summary>The outcomes of the value at a position.</summary>
    public Outcomes this[int position] => _outcomes[position];

    /// <summary>The position of a value, or -1 where it is not among those told apart.</summary>
    public int Find(ReadOnlySpan<byte> value) => _values.Find(value);

    /// <summary>Begins to tell a value apart, if it is among the first; what was told apart and no longer is, joins the others.</summary>
    /// <returns>Whether it is told apart now; positions found before then no longer hold.</returns>
    public bool Offer(ReadOnlySpan<byte> value)
    {
        int position = _values.Offer(value);
        if (position < 0)
            return false;
        Version++;
        _outcomes.Insert(position, Other.CreateEmpty());
        if (_outcomes.Count > MaxValues)
        {
            Other.Merge(_outcomes[MaxValues]);
            _outcomes.RemoveAt(MaxValues);
        }

        return true;
    }

    /// <summary>Adds the outcomes of another part of the records.</summary>
    public void Merge(SegmentOutcomes other)
    {
        if (other.Column != Column)
            throw new ArgumentException($"Segments by '{other.Column}' cannot be merged with segments by '{Column}'.", nameof(other));
        Missing.Merge(other.Missing);
        Other.Merge(other.Other);
        foreach ((string value, Outcomes outcomes) in other.Values)
            Add(value, outcomes);
    }

    /// <summary>The segments as they are written down.</summary>
    public SegmentRecord ToRecord() => new()
    {
        Column = Column,
        Values = [.. Values.Select(v => new SegmentValueRecord(v.Value, v.Outcomes.ToRecord()))],
        Missing = Missing.ToRecord(),
        Other = Other.ToRecord(),
    };

    /// <summary>Reads what <see cref="ToRecord"/> wrote.</summary>
    /// <exception cref="FormatException">The record is none that was written here.</exception>
    public static SegmentOutcomes FromRecord(SegmentRecord record, Outcomes kind)
    {
        var segments = new SegmentOutcomes(record.Column, kind);
        segments.Missing.Merge(Outcomes.FromRecord(record.Missing));
        segments.Other.Merge(Outcomes.FromRecord(record.Other));
        foreach (SegmentValueRecord value in record.Values)
            segments.Add(value.Value, Outcomes.FromRecord(value.Outcomes));
        return segments;
    }

    private void Add(string value, Outcomes outcomes)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        if (_values.Find(bytes) < 0)
            Offer(bytes);
        (_values.Find(bytes) is >= 0 and int position ? _outcomes[position] : Other).Merge(outcomes);
    }
}
