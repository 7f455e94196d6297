namespace BatchFunctions.Metrics;

/// <summary>
/// Counts rejects by reason and by column. Of each reason at most 1,000 columns are named: the first in ordinal order, whichever were seen
/// first, so that merging in any grouping names the same.
/// </summary>
public sealed class RejectCounts
{
    private const int MaxColumns = 1_000;

    private readonly SortedDictionary<string, SortedList<string, long>> _columns = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _codes = new(StringComparer.Ordinal);

    /// <summary>The number of rejects.</summary>
    public long Total { get; private set; }

    /// <summary>The number of rejects by reason, in ordinal order.</summary>
    public IReadOnlyDictionary<string, long> ByCode => _codes;

    /// <summary>The number of rejects by reason and column, in ordinal order; what names no column comes last within its reason.</summary>
    public IEnumerable<RejectCount> ByColumn()
    {
        foreach ((string code, long total) in _codes)
        {
            long named = 0;
            foreach ((string column, long records) in _columns.GetValueOrDefault(code) ?? [])
            {
                yield return new RejectCount(code, column, records);
                named += records;
            }

            if (total > named)
                yield return new RejectCount(code, null, total - named);
        }
    }

    /// <summary>Counts rejects.</summary>
    /// <param name="code">The reason: see <see cref="Data.FaultCodes"/>.</param>
    /// <param name="column">The column at fault, or null where the whole record is.</param>
    /// <param name="records">How many.</param>
    public void Add(string code, string? column, long records = 1)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentOutOfRangeException.ThrowIfNegative(records);
        Total += records;
        _codes[code] = _codes.GetValueOrDefault(code) + records;
        if (column is null)
            return;
        if (!_columns.TryGetValue(code, out SortedList<string, long>? columns))
            _columns.Add(code, columns = new SortedList<string, long>(StringComparer.Ordinal));
        columns[column] = columns.GetValueOrDefault(column) + records;
        if (columns.Count > MaxColumns)
            columns.RemoveAt(MaxColumns);
    }

    /// <summary>Adds the rejects of another count.</summary>
    public void Merge(RejectCounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (RejectCount count in other.ByColumn())
            Add(count.Code, count.Column, count.Records);
    }
}
