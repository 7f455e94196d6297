namespace BatchFunctions.Data;

/// <summary>What is made of each entry of a text column's dictionary; worked out once for as long as the entries stay. One worker owns one.</summary>
/// <param name="none">What is made of a null.</param>
/// <param name="valueOf">What is made of an entry.</param>
/// <typeparam name="T">What is made of them.</typeparam>
internal sealed class EntryValues<T>(T none, Func<ReadOnlySpan<byte>, T> valueOf)
{
    private T[] _values = [];
    private TextEntries? _entries;
    private long _stamp;

    /// <summary>The value of each entry, by its number.</summary>
    public ReadOnlySpan<T> Of(TextEntries entries)
    {
        if (entries != _entries || entries.Stamp != _stamp)
        {
            WorkOut(entries);
            (_entries, _stamp) = (entries, entries.Stamp);
        }

        return _values.AsSpan(0, entries.Count + 1);
    }

    private void WorkOut(TextEntries entries)
    {
        if (_values.Length <= entries.Count)
            _values = new T[Math.Max(entries.Count + 1, 2 * _values.Length)];
        _values[0] = none;
        for (int number = 1; number <= entries.Count; number++)
            _values[number] = valueOf(entries[number]);
    }
}
