using System.Numerics;
using BatchFunctions.Data;

namespace BatchFunctions.Metrics.Drift;

/// <summary>Bins between edges. What is counted above each edge gives each bin by a difference.</summary>
/// <typeparam name="T">The column's type.</typeparam>
internal sealed class NumberBins<T> : FeatureBins
    where T : unmanaged, INumber<T>
{
    private readonly Limits<T> _limits;
    private readonly int _sure;
    private readonly bool _hasNaN;
    private readonly long[] _above;
    private readonly T[] _present = new T[LimitCounter.BlockSize];

    /// <summary>Makes bins.</summary>
    /// <param name="limits">The largest number below each edge (for the last one: up to it), without the sure ones; before them negative infinity where <paramref name="hasNaN"/>.</param>
    /// <param name="edges">The number of edges.</param>
    /// <param name="sure">The number of edges, the first ones, that every number is above.</param>
    /// <param name="hasNaN">Whether the type has NaN, which counts as missing.</param>
    public NumberBins(Limits<T> limits, int edges, int sure, bool hasNaN)
    {
        (_limits, _sure, _hasNaN) = (limits, sure, hasNaN);
        _above = new long[edges - sure + (hasNaN ? 1 : 0)];
        Edges = edges;
    }

    /// <summary>The number of edges.</summary>
    public int Edges { get; }

    /// <inheritdoc/>
    public override void Count(Column column, int start, int length, FeatureCounts counts)
    {
        ReadOnlySpan<T> values = ((Column<T>)column).Values.Slice(start, length);
        bool anyNull = NullsIn(column, start, length) > 0;
        for (int done = 0; done < length; done += LimitCounter.BlockSize)
        {
            ReadOnlySpan<T> block = values.Slice(done, Math.Min(LimitCounter.BlockSize, length - done));
            if (anyNull)
            {
                int read = block.Length;
                block = Present(block, column.Nulls.Slice(start + done, read));
                counts.Missing += read - block.Length;
            }

            Count(block, counts);
        }
    }

    private void Count(ReadOnlySpan<T> block, FeatureCounts counts)
    {
        Array.Clear(_above);
        _limits.Count(block, _above);
        long present = block.Length;
        ReadOnlySpan<long> above = _above;
        if (_hasNaN)
        {
            // Whatever is not above negative infinity is that itself, or NaN.
            if (above[0] < block.Length)
                present -= NaNIn(block);
            above = above[1..];
        }

        counts.Missing += block.Length - present;
        Span<long> bins = counts.Bins;
        long last = present;
        for (int i = 0; i < Edges; i++)
        {
            long next = i < _sure ? present : above[i - _sure];
            bins[i] += last - next;
            last = next;
        }

        bins[Edges] += last;
    }

    private static int NaNIn(ReadOnlySpan<T> block)
    {
        int count = 0;
        foreach (T value in block)
            count += T.IsNaN(value) ? 1 : 0;
        return count;
    }

    private ReadOnlySpan<T> Present(ReadOnlySpan<T> block, ReadOnlySpan<bool> nulls)
    {
        int count = 0;
        for (int i = 0; i < block.Length; i++)
        {
            _present[count] = block[i];
            count += nulls[i] ? 0 : 1;
        }

        return _present.AsSpan(0, count);
    }
}
