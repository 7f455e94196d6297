namespace BatchFunctions.Metrics.Evaluations;

/// <summary>
/// Probabilities in ten ranges of equal width, the lower end in and the upper end out but for the last, against what turned out.
/// </summary>
internal sealed class CalibrationBins
{
    /// <summary>The number of ranges.</summary>
    public const int Count = 10;

    // So many terms of at most 2^40 units fit 63 bits.
    private const int Block = 1 << 20;

    private static readonly double[] Ends = [.. Enumerable.Range(0, Count + 1).Select(i => i / (double)Count)];

    private readonly long[] _records = new long[Count];
    private readonly long[] _positives = new long[Count];
    private readonly Int128[] _scores = new Int128[Count];

    /// <summary>The number of records in a range.</summary>
    public long RecordsOf(int range) => _records[range];

    /// <summary>The number of records in a range that turned out positive.</summary>
    public long PositivesOf(int range) => _positives[range];

    /// <summary>The mean probability of the records in a range, which must have some.</summary>
    public double MeanScoreOf(int range) => FixedPoint.Mean(_scores[range], _records[range]);

    /// <summary>The lower end of a range, and the upper end of the one before.</summary>
    public static double EndOf(int range) => Ends[range];

    /// <summary>Counts records.</summary>
    /// <param name="scores">Their probabilities; what lies beyond 0 or 1 counts as that.</param>
    /// <param name="positive">For each 1 where it turned out positive, and 0 where not.</param>
    public void Add(ReadOnlySpan<double> scores, ReadOnlySpan<double> positive)
    {
        Span<long> outcomes = stackalloc long[2 * Count], units = stackalloc long[2 * Count];
        for (; !scores.IsEmpty; scores = scores[Math.Min(Block, scores.Length)..], positive = positive[Math.Min(Block, positive.Length)..])
        {
            outcomes.Clear();
            units.Clear();
            int length = Math.Min(Block, scores.Length);
            for (int i = 0; i < length; i++)
            {
                double score = Math.Min(Math.Max(scores[i], 0), 1);
                int range = RangeOf(score), at = (2 * range) + (i & 1);

                // Neighbours often share a range; two tables spare half of the waits. A count of positives stands above one of records.
                outcomes[at] += ((long)positive[i] << 32) + 1;
                units[at] += (long)((score + FixedPoint.Grain - FixedPoint.Grain) * FixedPoint.PerOne);
            }

            for (int at = 0; at < outcomes.Length; at++)
            {
                _records[at / 2] += (uint)outcomes[at];
                _positives[at / 2] += outcomes[at] >> 32;
                _scores[at / 2] += units[at];
            }
        }
    }

    /// <summary>Adds the records of others.</summary>
    public void Merge(CalibrationBins other)
    {
        for (int i = 0; i < Count; i++)
        {
            _records[i] += other._records[i];
            _positives[i] += other._positives[i];
            _scores[i] += other._scores[i];
        }
    }

    /// <summary>The ranges as they are written down.</summary>
    public IReadOnlyList<CalibrationRecord> ToRecord() => [.. Enumerable.Range(0, Count).Select(i => new CalibrationRecord(_records[i], _positives[i], _scores[i]))];

    /// <summary>Reads what <see cref="ToRecord"/> wrote.</summary>
    /// <exception cref="FormatException">The record is none that was written here.</exception>
    public static CalibrationBins FromRecord(IReadOnlyList<CalibrationRecord> record)
    {
        if (record.Count != Count)
            throw new FormatException($"A calibration table has {Count} ranges.");
        var bins = new CalibrationBins();
        for (int i = 0; i < Count; i++)
            (bins._records[i], bins._positives[i], bins._scores[i]) = (record[i].Records, record[i].Positives, record[i].Scores);
        return bins;
    }

    // Close to an end the product may be rounded across it; the comparisons set that right.
    private static int RangeOf(double score)
    {
        int range = Math.Min((int)(score * Count), Count - 1);
        if (score < Ends[range])
            range--;
        else if (score >= Ends[range + 1] && range < Count - 1)
            range++;
        return range;
    }
}
