using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Metrics;

/// <summary>A hundred bins over [0, 1]; what rounding has put beyond an end counts in the bin at that end.</summary>
internal sealed class UnitHistogram : IScoreHistogram
{
    /// <summary>The number of bins.</summary>
    public const int Bins = 100;

    // Neighbouring scores often share a bin; four tables spare the wait for the last increment.
    private const int Stride = 128;
    private const int BlockSize = 512;

    private static readonly double[] Ends = [.. Enumerable.Range(0, Bins + 1).Select(i => i / (double)Bins)];

    private readonly long[] _counts = new long[4 * Stride];

    /// <inheritdoc/>
    [SkipLocalsInit]
    public void Add(ReadOnlySpan<double> scores)
    {
        Span<long> counters = stackalloc long[BlockSize], counts = _counts;
        while (!scores.IsEmpty)
        {
            int length = Math.Min(BlockSize, scores.Length);
            FindCounters(scores[..length], counters);
            foreach (long counter in counters[..length])
                counts[(int)counter]++;
            scores = scores[length..];
        }
    }

    /// <inheritdoc/>
    public void Add(IScoreHistogram other)
    {
        foreach ((int bin, long count) in other.Counts())
            Add(bin, count);
    }

    /// <inheritdoc/>
    public void Add(int bin, long count)
    {
        if (bin is < 0 or >= Bins || count < 0)
            throw new FormatException($"There is no bin {bin} with {count} scores.");
        _counts[bin] += count;
    }

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<int, long>> Counts() =>
        from bin in Enumerable.Range(0, Bins)
        let count = CountOf(bin)
        where count > 0
        select KeyValuePair.Create(bin, count);

    /// <inheritdoc/>
    public IReadOnlyList<ScoreBucket> Buckets(int count, double min, double max)
    {
        int width = Math.Max(1, Bins / count);
        return [.. Enumerable.Range(0, Bins / width).Select(i => new ScoreBucket(
            i * width / (double)Bins,
            (i + 1) * width / (double)Bins,
            Enumerable.Range(i * width, width).Sum(CountOf)))];
    }

    private static void FindCounters(ReadOnlySpan<double> scores, Span<long> counters)
    {
        Vector256<double> bins = Vector256.Create((double)Bins), last = bins - Vector256<double>.One, near = Vector256.Create(1E-9);
        Vector256<long> strides = Vector256.Create(0L, Stride, 2 * Stride, 3 * Stride);
        int done = 0;
        for (; done + Vector256<double>.Count <= scores.Length; done += Vector256<double>.Count)
        {
            Vector256<double> product = Vector256.Create(scores[done..]) * bins;
            if (Vector256.LessThanAny(Vector256.Abs(product - Vector256.Round(product)), near))
            {
                for (int i = done; i < done + Vector256<double>.Count; i++)
                    counters[i] = BinOf(scores[i]);
                continue;
            }

            // A whole number added to 2^52 stands in the lowest bits.
            Vector256<double> bin = Vector256.Min(Vector256.Max(Vector256.Floor(product), Vector256<double>.Zero), last);
            Vector256<long> counter = ((bin + Vector256.Create(4503599627370496.0)).AsInt64() & Vector256.Create(127L)) + strides;
            counter.CopyTo(counters[done..]);
        }

        for (; done < scores.Length; done++)
            counters[done] = BinOf(scores[done]);
    }

    private long CountOf(int bin) => _counts[bin] + _counts[Stride + bin] + _counts[(2 * Stride) + bin] + _counts[(3 * Stride) + bin];

    // Close to a bin's end the product may be rounded across it; the comparisons set that right.
    private static int BinOf(double score)
    {
        int bin = Math.Clamp((int)(score * Bins), 0, Bins - 1);
        if (score < Ends[bin] && bin > 0)
            bin--;
        else if (score >= Ends[bin + 1] && bin < Bins - 1)
            bin++;
        return bin;
    }
}
