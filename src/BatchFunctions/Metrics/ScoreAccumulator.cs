using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BatchFunctions.Models;

namespace BatchFunctions.Metrics;

/// <summary>
/// Count, mean, standard deviation, smallest, largest and distribution of scores. All that is kept is exact, so that scores may be added
/// and accumulators merged in any order and grouping with the same result to the last bit. Adding allocates nothing.
/// </summary>
public sealed class ScoreAccumulator
{
    private const int BlockSize = 2048;

    // As far as two scores can be from each other.
    private const double Largest = 2 * ModelScores.LargestScore;

    // x + Grain - Grain is x rounded to a multiple of 2^-40, for |x| up to 2048: 1.5 * 2^12.
    private const double Grain = 6144;

    private readonly ExactSum _sum;
    private readonly ExactSum _sumOfSquares;
    private readonly IScoreHistogram _histogram;
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;

    /// <summary>Makes an accumulator without scores.</summary>
    /// <param name="scale">What range the scores have.</param>
    public ScoreAccumulator(ScoreScale scale)
        : this(scale, new ExactSum(), new ExactSum())
    {
    }

    private ScoreAccumulator(ScoreScale scale, ExactSum sum, ExactSum sumOfSquares)
    {
        (Scale, _sum, _sumOfSquares) = (scale, sum, sumOfSquares);
        _histogram = scale == ScoreScale.Unit ? new UnitHistogram() : new OpenHistogram();
    }

    /// <summary>What range the scores have.</summary>
    public ScoreScale Scale { get; }

    /// <summary>The number of scores.</summary>
    public long Count { get; private set; }

    /// <summary>Adds scores.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not finite; none is then added.</exception>
    public void Add(ReadOnlySpan<float> scores)
    {
        if (scores.IsEmpty)
            return;
        Include(TensorPrimitives.Min(scores), TensorPrimitives.Max(scores), scores.Length);
        Span<double> block = stackalloc double[BlockSize];
        while (!scores.IsEmpty)
        {
            int length = Math.Min(BlockSize, scores.Length);
            Span<double> wide = block[..length];
            TensorPrimitives.ConvertTruncating(scores[..length], wide);
            AddSums(wide);
            _histogram.Add(wide);
            scores = scores[length..];
        }
    }

    /// <summary>Adds scores.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not finite, or is beyond 2E+150; none is then added.</exception>
    public void Add(ReadOnlySpan<double> scores)
    {
        if (scores.IsEmpty)
            return;
        Include(TensorPrimitives.Min(scores), TensorPrimitives.Max(scores), scores.Length);
        _sum.Add(scores);
        _sumOfSquares.AddSquares(scores);
        _histogram.Add(scores);
    }

    /// <summary>Adds all scores of another accumulator of the same scale.</summary>
    /// <exception cref="ArgumentException">It has another scale.</exception>
    public void Merge(ScoreAccumulator other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Scale != Scale)
            throw new ArgumentException($"Scores of the scale {other.Scale} cannot be merged with scores of the scale {Scale}.", nameof(other));
        if (other.Count == 0)
            return;
        Count += other.Count;
        _min = Math.Min(_min, other._min);
        _max = Math.Max(_max, other._max);
        _sum.Add(other._sum);
        _sumOfSquares.Add(other._sumOfSquares);
        _histogram.Add(other._histogram);
    }

    /// <summary>The scores in numbers, or null where there are none.</summary>
    public ScoreSummary? Summarize()
    {
        if (Count == 0)
            return null;

        // With S and Q in units of u: mean = S·u/n, variance = Q·u/n - mean² = (n·Q - S²·u)·u/n².
        System.Numerics.BigInteger sum = _sum.ToInteger(), squares = _sumOfSquares.ToInteger(), n = Count;
        double variance = ExactMath.Quotient((n * squares << -ExactSum.UnitExponent) - (sum * sum), n * n, 2 * ExactSum.UnitExponent);
        return new ScoreSummary(Count, ExactMath.Quotient(sum, n, ExactSum.UnitExponent), Math.Sqrt(Math.Max(0, variance)), _min, _max);
    }

    /// <summary>
    /// The scores by range: <paramref name="count"/> ranges of equal width over [0, 1] for probabilities (a divisor of 100), else at
    /// most <paramref name="count"/> of about equal width from the smallest score to the largest. The counts are exact. Empty without scores.
    /// </summary>
    public IReadOnlyList<ScoreBucket> Distribution(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (Scale == ScoreScale.Unit && UnitHistogram.Bins % count != 0)
            throw new ArgumentOutOfRangeException(nameof(count), count, "The number of ranges over [0, 1] must divide 100.");
        return Count == 0 ? [] : _histogram.Buckets(count, _min, _max);
    }

    internal ScoreRecord ToRecord() => new()
    {
        Scale = Scale == ScoreScale.Unit ? "unit" : "any",
        Count = Count,
        Sum = _sum.ToString(),
        SumOfSquares = _sumOfSquares.ToString(),
        Min = Count == 0 ? null : _min,
        Max = Count == 0 ? null : _max,
        Histogram = [.. _histogram.Counts().Select(c => new[] { c.Key, c.Value })],
    };

    /// <exception cref="FormatException">The record is none that was written here.</exception>
    internal static ScoreAccumulator FromRecord(ScoreRecord record)
    {
        ScoreScale scale = record.Scale switch
        {
            "unit" => ScoreScale.Unit,
            "any" => ScoreScale.Any,
            _ => throw new FormatException($"There is no scale '{record.Scale}'."),
        };
        var scores = new ScoreAccumulator(scale, ExactSum.Parse(record.Sum), ExactSum.Parse(record.SumOfSquares))
        {
            Count = record.Count,
            _min = record.Min ?? double.PositiveInfinity,
            _max = record.Max ?? double.NegativeInfinity,
        };
        foreach (long[] bin in record.Histogram)
        {
            if (bin is not [>= 0 and <= int.MaxValue, _])
                throw new FormatException("A bin is a pair of its number and its count.");
            scores._histogram.Add((int)bin[0], bin[1]);
        }

        return scores;
    }

    private void Include(double min, double max, int count)
    {
        // NaN is the smallest and the largest of a span that holds one.
        if (!(min >= -Largest && max <= Largest))
            throw new ArgumentOutOfRangeException(nameof(min), "A score is not finite, or too large; such records are rejects and must not be counted here.");
        _min = Math.Min(_min, min + 0.0);
        _max = Math.Max(_max, max + 0.0);
        Count += count;
    }

    /// <summary>
    /// Adds a block of widened floats to the sums. Where |x| is at most 1 and x is a multiple of 2⁻⁴⁰, partial sums of 2,048 such numbers
    /// fit the 53 bits of a double exactly; so do those of their squares, taken apart at 2⁻⁴⁰ (the rest is a multiple of 2⁻⁸⁰ below 2⁻⁴⁰). They are
    /// summed as vectors; the few others, such as probabilities below 10⁻⁵, go one by one. Either way no bit is lost.
    /// </summary>
    private void AddSums(ReadOnlySpan<double> block)
    {
        Vector256<double> grain = Vector256.Create(Grain), one = Vector256<double>.One;
        Vector256<double> sum = default, squares = default, rests = default;
        ReadOnlySpan<Vector256<double>> vectors = MemoryMarshal.Cast<double, Vector256<double>>(block);
        foreach (Vector256<double> x in vectors)
        {
            Vector256<double> coarse = Vector256.Equals((x + grain) - grain, x) & Vector256.LessThanOrEqual(Vector256.Abs(x), one);
            Vector256<double> kept = x & coarse;
            Vector256<double> square = kept * kept;
            Vector256<double> high = (square + grain) - grain;
            sum += kept;
            squares += high;
            rests += square - high;
            if (coarse.AsInt64() != Vector256<long>.AllBitsSet)
                AddOneByOne(x, coarse);
        }

        _sum.Add(Vector256.Sum(sum));
        _sumOfSquares.Add(Vector256.Sum(squares));
        _sumOfSquares.Add(Vector256.Sum(rests));
        foreach (double x in block[(vectors.Length * Vector256<double>.Count)..])
            AddOne(x);
    }

    private void AddOneByOne(Vector256<double> x, Vector256<double> done)
    {
        for (int i = 0; i < Vector256<double>.Count; i++)
            if (done.AsInt64()[i] == 0)
                AddOne(x[i]);
    }

    // The square of a widened float has 48 bits and is exact.
    private void AddOne(double x)
    {
        _sum.Add(x);
        _sumOfSquares.Add(x * x);
    }
}
