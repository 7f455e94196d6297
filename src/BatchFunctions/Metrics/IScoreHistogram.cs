namespace BatchFunctions.Metrics;

/// <summary>Counts scores in bins that do not depend on the scores, so that two histograms merge exactly.</summary>
internal interface IScoreHistogram
{
    /// <summary>Counts one score after the other.</summary>
    void Add(ReadOnlySpan<double> scores);

    /// <summary>Adds the counts of another histogram of the same kind.</summary>
    void Add(IScoreHistogram other);

    /// <summary>The bins in use with their counts, ascending.</summary>
    IEnumerable<KeyValuePair<int, long>> Counts();

    /// <summary>Adds to one bin.</summary>
    /// <exception cref="FormatException">There is no such bin.</exception>
    void Add(int bin, long count);

    /// <summary>At most <paramref name="count"/> ranges that cover the scores from <paramref name="min"/> to <paramref name="max"/>, with exact counts.</summary>
    IReadOnlyList<ScoreBucket> Buckets(int count, double min, double max);
}
