namespace BatchFunctions.Metrics.Drift;

/// <summary>Counts how often each number of a dictionary's entries occurs. One worker owns one.</summary>
internal sealed class EntryCounter
{
    // Up to here, comparing all rows with each number takes less time than to add to one of many counters for each row.
    private const int MaxCompared = 8;

    // Rows one after another often have the same value, and a counter cannot be added to again at once.
    private const int Lanes = 4;

    private long[] _totals = [];
    private int[] _lanes = [];

    /// <summary>Counts.</summary>
    /// <param name="numbers">The numbers, each less than <paramref name="entries"/>.</param>
    /// <param name="entries">How many numbers there are.</param>
    /// <returns>How often each number occurs; until the next call.</returns>
    public ReadOnlySpan<long> Count(ReadOnlySpan<ushort> numbers, int entries)
    {
        if (_totals.Length < entries)
            (_totals, _lanes) = (new long[entries], new int[entries * Lanes]);
        Span<long> totals = _totals.AsSpan(0, entries);
        if (entries <= MaxCompared)
            for (int number = 0; number < entries; number++)
                totals[number] = numbers.Count((ushort)number);
        else
            CountByLane(numbers, totals);
        return totals;
    }

    private void CountByLane(ReadOnlySpan<ushort> numbers, Span<long> totals)
    {
        Span<int> lanes = _lanes.AsSpan(0, totals.Length * Lanes);
        lanes.Clear();
        int row = 0;
        for (; row + Lanes <= numbers.Length; row += Lanes)
        {
            lanes[numbers[row] * Lanes]++;
            lanes[(numbers[row + 1] * Lanes) + 1]++;
            lanes[(numbers[row + 2] * Lanes) + 2]++;
            lanes[(numbers[row + 3] * Lanes) + 3]++;
        }

        for (; row < numbers.Length; row++)
            lanes[numbers[row] * Lanes]++;
        for (int number = 0; number < totals.Length; number++)
            totals[number] = (long)lanes[number * Lanes] + lanes[(number * Lanes) + 1] + lanes[(number * Lanes) + 2] + lanes[(number * Lanes) + 3];
    }
}
