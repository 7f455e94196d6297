namespace BatchFunctions.Metrics;

/// <summary>Counts by name, such as records by class; the names come out in ordinal order.</summary>
public sealed class NamedCounts
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private long[] _scratch = [];

    /// <summary>The counts, in ordinal order of their names.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Counts one name.</summary>
    public void Add(string name, long count)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _counts[name] = _counts.GetValueOrDefault(name) + count;
    }

    /// <summary>Counts a batch. Allocates nothing once it has seen the names.</summary>
    /// <param name="indexes">For each record the position of its name in <paramref name="names"/>, or a negative number for none.</param>
    /// <param name="names">The names; each is in the counts afterwards, if only with 0.</param>
    public void Add(ReadOnlySpan<int> indexes, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (_scratch.Length < names.Count)
            _scratch = new long[names.Count];
        Span<long> counts = _scratch.AsSpan(0, names.Count);
        counts.Clear();
        foreach (int index in indexes)
            if (index >= 0)
                counts[index]++;
        for (int i = 0; i < counts.Length; i++)
            Add(names[i], counts[i]);
    }

    /// <summary>Adds other counts.</summary>
    public void Merge(NamedCounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach ((string name, long count) in other._counts)
            Add(name, count);
    }
}
