using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Metrics.Evaluations;

/// <summary>
/// Probabilities in ten ranges of equal width, the lower end in and the upper end out but for the last, against what turned out.
/// </summary>
internal sealed class CalibrationBins
{
    /// <summary>The number of ranges.</summary>
    public const int Count = 10;

    // A cell's sum of so many terms of at most 2^40 units stands below the number of the terms.
    private const int Block = 1024;
    private const int NumberShift = 53;

    // The cell of a record is twice its range, and one more where it turned out positive; neighbours have tables of their own, since they often
    // share a cell.
    private const int Tables = 2;
    private const int Cells = 32;

    // 2^52, whose lowest bits count in ones.
    private const double Ones = 1L << 52;

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
        Span<long> cells = stackalloc long[Block], terms = stackalloc long[Block], sums = stackalloc long[Tables * Cells];
        while (!scores.IsEmpty)
        {
            int length = Math.Min(Block, scores.Length), whole = length & ~(Vector256<double>.Count - 1);
            for (int i = 0; i < whole; i += Vector256<double>.Count)
                Place(Vector256.Create(scores[i..]), Vector256.Create(positive[i..]), cells[i..], terms[i..]);
            if (whole < length)
                PlaceTail(scores[whole..length], positive[whole..length], cells[whole..], terms[whole..]);

            sums.Clear();
            for (int i = 0; i < length; i++)
                sums[(int)cells[i] + (Cells * (i & 1))] += terms[i];
            for (int cell = 0; cell < sums.Length; cell++)
                Add(cell % Cells, sums[cell]);
            scores = scores[length..];
            positive = positive[length..];
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

    private void Add(int cell, long sum)
    {
        if (sum == 0)
            return;
        long records = sum >>> NumberShift;
        _records[cell / 2] += records;
        _positives[cell / 2] += (cell & 1) * records;
        _scores[cell / 2] += sum & ((1L << NumberShift) - 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Place(Vector256<double> scores, Vector256<double> positive, Span<long> cells, Span<long> terms)
    {
        Vector256<double> count = Vector256.Create((double)Count);
        Vector256<double> probability = Vector256.MinNative(Vector256.MaxNative(scores, Vector256<double>.Zero), Vector256<double>.One);
        Vector256<double> product = probability * count, range = Vector256.Floor(product);

        // Just below an end the product may be rounded up to it; a range's number divided again is the end itself.
        if (Vector256.EqualsAny(product, range))
            range -= Vector256.LessThan(probability, range / count) & Vector256<double>.One;
        range = Vector256.MinNative(range, count - Vector256<double>.One);
        Vector256<double> cell = range + range + positive;
        ((cell + Vector256.Create(Ones)).AsInt64() & Vector256.Create(Cells - 1L)).CopyTo(cells);
        ((probability + Vector256.Create(FixedPoint.Grain)).AsInt64() - Vector256.Create(FixedPoint.GrainBits - (1L << NumberShift))).CopyTo(terms);
    }

    private static void PlaceTail(ReadOnlySpan<double> scores, ReadOnlySpan<double> positive, Span<long> cells, Span<long> terms)
    {
        Span<double> padded = stackalloc double[8];
        padded.Clear();
        scores.CopyTo(padded);
        positive.CopyTo(padded[4..]);
        Span<long> cell = stackalloc long[4], term = stackalloc long[4];
        Place(Vector256.Create<double>(padded), Vector256.Create<double>(padded[4..]), cell, term);
        cell[..scores.Length].CopyTo(cells);
        term[..scores.Length].CopyTo(terms);
    }
}
