namespace BatchFunctions.Metrics;

/// <summary>
/// Bins for numbers of any size: the sign, the exponent and the first seven bits of the mantissa name a number's bin, so that a bin is
/// at most a 128th of its lower end wide (a log-linear histogram, as HdrHistogram keeps it). No logarithm is taken, so that every
/// machine finds the same bin.
/// </summary>
internal sealed class OpenHistogram : IScoreHistogram
{
    private const int MantissaBits = 7;
    private const int PageSize = 1 << MantissaBits;
    private const int Shift = 52 - MantissaBits;

    // The bin of zero; a negative number's bin mirrors its magnitude's.
    private const int Middle = 1 << (63 - Shift);
    private const int Bins = 2 * Middle;

    private readonly long[]?[] _pages = new long[Bins / PageSize][];

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<double> scores)
    {
        foreach (double score in scores)
            Slot(BinOf(score))++;
    }

    /// <inheritdoc/>
    public void Add(IScoreHistogram other)
    {
        foreach ((int bin, long count) in other.Counts())
            Slot(bin) += count;
    }

    /// <inheritdoc/>
    public void Add(int bin, long count)
    {
        if (bin is < 0 or >= Bins || count < 0)
            throw new FormatException($"There is no bin {bin} with {count} scores.");
        Slot(bin) += count;
    }

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<int, long>> Counts()
    {
        for (int page = 0; page < _pages.Length; page++)
            for (int i = 0; _pages[page] is { } counts && i < PageSize; i++)
                if (counts[i] > 0)
                    yield return KeyValuePair.Create((page << MantissaBits) + i, counts[i]);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The ranges are of equal width, except where an end would lie inside a bin in use: it is then moved to the nearer end of the bin.
    /// </remarks>
    public IReadOnlyList<ScoreBucket> Buckets(int count, double min, double max)
    {
        KeyValuePair<int, long>[] bins = [.. Counts()];
        if (bins.Length == 0)
            return [];
        List<double> ends = Ends(bins, count, min, max);
        var counts = new long[ends.Count];
        int at = 0;
        foreach ((int bin, long number) in bins)
        {
            while (at < ends.Count - 1 && LowerEnd(bin) >= ends[at])
                at++;
            counts[at] += number;
        }

        return [.. ends.Select((end, i) => new ScoreBucket(i == 0 ? min : ends[i - 1], end, counts[i]))];
    }

    private static List<double> Ends(KeyValuePair<int, long>[] bins, int count, double min, double max)
    {
        var ends = new List<double>();
        double width = (max / count) - (min / count);
        int at = 0;
        for (int i = 1; i < count; i++)
        {
            double end = min + (i * width);
            while (at < bins.Length - 1 && LowerEnd(bins[at].Key + 1) <= end)
                at++;
            double lower = LowerEnd(bins[at].Key), upper = LowerEnd(bins[at].Key + 1);
            if (end > lower && end < upper)
                end = end - lower < upper - end ? lower : upper;
            if (end > min && end < max && (ends.Count == 0 || end > ends[^1]))
                ends.Add(end);
        }

        ends.Add(max);
        return ends;
    }

    private ref long Slot(int bin) => ref (_pages[bin >> MantissaBits] ??= new long[PageSize])[bin & (PageSize - 1)];

    // A bin has its lower end in it and its upper end not, on both sides of zero.
    private static int BinOf(double score) => score >= 0
        ? Middle + (int)((BitConverter.DoubleToInt64Bits(score) & long.MaxValue) >> Shift)
        : Middle - 1 - (int)((BitConverter.DoubleToInt64Bits(-score) - 1) >> Shift);

    private static double LowerEnd(int bin) => bin >= Middle
        ? BitConverter.Int64BitsToDouble((long)(bin - Middle) << Shift)
        : -BitConverter.Int64BitsToDouble((long)(Middle - bin) << Shift);
}
