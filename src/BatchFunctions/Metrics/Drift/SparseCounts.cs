namespace BatchFunctions.Metrics.Drift;

/// <summary>Counts as they are written down: a negative number stands for that many zeros.</summary>
internal static class SparseCounts
{
    private const long MaxLength = 1 << 20;

    /// <summary>Writes counts, which are not negative.</summary>
    public static IReadOnlyList<long> Pack(ReadOnlySpan<long> counts)
    {
        List<long> packed = [];
        foreach (long count in counts)
            if (count != 0)
                packed.Add(count);
            else if (packed is [.., < 0])
                packed[^1]--;
            else
                packed.Add(-1);
        return packed;
    }

    /// <summary>Reads what <see cref="Pack"/> wrote.</summary>
    /// <exception cref="FormatException">It is nothing of that kind.</exception>
    public static long[] Unpack(IReadOnlyList<long> packed)
    {
        long length = 0;
        foreach (long number in packed)
        {
            length += number < 0 ? -Math.Max(number, -MaxLength - 1) : 1;
            if (number == 0 || length > MaxLength)
                throw new FormatException("These are no packed counts.");
        }

        long[] counts = new long[length];
        int at = 0;
        foreach (long number in packed)
            if (number < 0)
                at -= (int)number;
            else
                counts[at++] = number;
        return counts;
    }
}
