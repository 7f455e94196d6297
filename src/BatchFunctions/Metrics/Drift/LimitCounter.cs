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
        if (first == limits.Length)
            return;

        // The last one over again takes less than the others one by one.
        Span<T> four = stackalloc T[LimitsAtOnce];
        Span<long> aboveFour = stackalloc long[LimitsAtOnce];
        four.Fill(limits[^1]);
        aboveFour.Clear();
        limits[first..].CopyTo(four);
        CountFour<T, TLane>(values, four, aboveFour);
        for (int i = first; i < limits.Length; i++)
            above[i] += aboveFour[i - first];
    }

    private static void CountFour<T, TLane>(ReadOnlySpan<T> values, ReadOnlySpan<T> limits, Span<long> above)
        where T : unmanaged, INumber<T>
        where TLane : unmanaged, IBinaryInteger<TLane>
    {
        if (Vector512.IsHardwareAccelerated)
            CountFour512<T, TLane>(values, limits, above);
        else
            CountFour256<T, TLane>(values, limits, above);
    }

    private static void CountFour512<T, TLane>(ReadOnlySpan<T> values, ReadOnlySpan<T> limits, Span<long> above)
        where T : unmanaged, INumber<T>
        where TLane : unmanaged, IBinaryInteger<TLane>
    {
        Vector512<T> a = Vector512.Create(limits[0]), b = Vector512.Create(limits[1]), c = Vector512.Create(limits[2]), d = Vector512.Create(limits[3]);
        Vector512<TLane> aboveA = default, aboveB = default, aboveC = default, aboveD = default, one = Vector512<TLane>.One;
        ReadOnlySpan<Vector512<T>> vectors = MemoryMarshal.Cast<T, Vector512<T>>(values);

        // A comparison gives a mask here, under which one is added.
        foreach (Vector512<T> x in vectors)
        {
            aboveA = Vector512.ConditionalSelect(Vector512.GreaterThan(x, a).As<T, TLane>(), aboveA + one, aboveA);
            aboveB = Vector512.ConditionalSelect(Vector512.GreaterThan(x, b).As<T, TLane>(), aboveB + one, aboveB);
            aboveC = Vector512.ConditionalSelect(Vector512.GreaterThan(x, c).As<T, TLane>(), aboveC + one, aboveC);
            aboveD = Vector512.ConditionalSelect(Vector512.GreaterThan(x, d).As<T, TLane>(), aboveD + one, aboveD);
        }

        above[0] += long.CreateTruncating(Vector512.Sum(aboveA));
        above[1] += long.CreateTruncating(Vector512.Sum(aboveB));
        above[2] += long.CreateTruncating(Vector512.Sum(aboveC));
        above[3] += long.CreateTruncating(Vector512.Sum(aboveD));
        AddRest(values[(vectors.Length * Vector512<T>.Count)..], limits, above);
    }

    private static void CountFour256<T, TLane>(ReadOnlySpan<T> values, ReadOnlySpan<T> limits, Span<long> above)
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
        AddRest(values[(vectors.Length * Vector256<T>.Count)..], limits, above);
    }

    private static void AddRest<T>(ReadOnlySpan<T> values, ReadOnlySpan<T> limits, Span<long> above)
        where T : unmanaged, INumber<T>
    {
        foreach (T x in values)
            for (int i = 0; i < limits.Length; i++)
                above[i] += x > limits[i] ? 1 : 0;
    }
}
