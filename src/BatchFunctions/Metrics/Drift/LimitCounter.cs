using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Metrics.Drift;

/// <summary>
/// Counts how many numbers lie above each of a few limits: every number is compared with every limit, without a branch, which up to about a
/// hundred limits takes less time than to find each number's place.
/// </summary>
internal static class LimitCounter
{
    /// <summary>The most numbers that may be counted at once: a block stays in the first-level cache, and no lane of the counters overflows.</summary>
    public const int BlockSize = 4096;

    private const int LimitsAtOnce = 4;

    /// <summary>Adds to <paramref name="above"/>, for each limit, how many of the values are above it; NaN is above none.</summary>
    /// <typeparam name="T">The values' type.</typeparam>
    /// <typeparam name="TLane">The signed integer as wide as <typeparamref name="T"/>, to count in.</typeparam>
    /// <param name="values">At most <see cref="BlockSize"/> values.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="above">As long as <paramref name="limits"/>.</param>
    public static void Count<T, TLane>(ReadOnlySpan<T> values, ReadOnlySpan<T> limits, Span<long> above)
        where T : unmanaged, INumber<T>
        where TLane : unmanaged, IBinaryInteger<TLane>
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(values.Length, BlockSize);
        int first = 0;
        for (; first + LimitsAtOnce <= limits.Length; first += LimitsAtOnce)
            CountFour<T, TLane>(values, limits.Slice(first, LimitsAtOnce), above.Slice(first, LimitsAtOnce));
        for (; first < limits.Length; first++)
            above[first] += CountOne<T, TLane>(values, limits[first]);
    }

    private static void CountFour<T, TLane>(ReadOnlySpan<T> values, ReadOnlySpan<T> limits, Span<long> above)
        where T : unmanaged, INumber<T>
        where TLane : unmanaged, IBinaryInteger<TLane>
    {
        Vector256<T> a = Vector256.Create(limits[0]), b = Vector256.Create(limits[1]), c = Vector256.Create(limits[2]), d = Vector256.Create(limits[3]);
        Vector256<TLane> aboveA = default, aboveB = default, aboveC = default, aboveD = default;
        ReadOnlySpan<Vector256<T>> vectors = MemoryMarshal.Cast<T, Vector256<T>>(values);

        // A comparison that holds is -1.
        foreach (Vector256<T> x in vectors)
        {
            aboveA -= Vector256.GreaterThan(x, a).As<T, TLane>();
            aboveB -= Vector256.GreaterThan(x, b).As<T, TLane>();
            aboveC -= Vector256.GreaterThan(x, c).As<T, TLane>();
            aboveD -= Vector256.GreaterThan(x, d).As<T, TLane>();
        }

        above[0] += long.CreateTruncating(Vector256.Sum(aboveA));
        above[1] += long.CreateTruncating(Vector256.Sum(aboveB));
        above[2] += long.CreateTruncating(Vector256.Sum(aboveC));
        above[3] += long.CreateTruncating(Vector256.Sum(aboveD));
        foreach (T x in values[(vectors.Length * Vector256<T>.Count)..])
            for (int i = 0; i < LimitsAtOnce; i++)
                above[i] += x > limits[i] ? 1 : 0;
    }

    private static long CountOne<T, TLane>(ReadOnlySpan<T> values, T limit)
        where T : unmanaged, INumber<T>
        where TLane : unmanaged, IBinaryInteger<TLane>
    {
        Vector256<T> a = Vector256.Create(limit);
        Vector256<TLane> lanes = default;
        ReadOnlySpan<Vector256<T>> vectors = MemoryMarshal.Cast<T, Vector256<T>>(values);
        foreach (Vector256<T> x in vectors)
            lanes -= Vector256.GreaterThan(x, a).As<T, TLane>();
        long above = long.CreateTruncating(Vector256.Sum(lanes));
        foreach (T x in values[(vectors.Length * Vector256<T>.Count)..])
            above += x > limit ? 1 : 0;
        return above;
    }
}
