namespace BatchFunctions.Metrics.Drift;

/// <summary>Makes bins between edges for columns of numbers.</summary>
internal static class NumberBins
{
    // Where searching begins to take less time than comparing.
    private const int MaxCompared = 128;

    /// <summary>Bins for a column of float64.</summary>
    public static FeatureBins OfDouble(IReadOnlyList<double> edges) =>
        new NumberBins<double>(Choose<double, long>([double.NegativeInfinity, .. edges.SkipLast(1).Select(double.BitDecrement), edges[^1]]), edges.Count, sure: 0, hasNaN: true);

    /// <summary>Bins for a column of float32. An edge that no float32 can be is the float32 next to it: 0.1 is at or above 0.1.</summary>
    public static FeatureBins OfSingle(IReadOnlyList<double> edges) =>
        new NumberBins<float>(Choose<float, int>([float.NegativeInfinity, .. edges.SkipLast(1).Select(e => float.BitDecrement(Nearest(e))), Nearest(edges[^1])]), edges.Count, sure: 0, hasNaN: true);

    /// <summary>Bins for a column of int64.</summary>
    public static FeatureBins OfInt64(IReadOnlyList<double> edges)
    {
        (long[] limits, int sure) = WholeLimits(edges, long.MinValue, long.MaxValue);
        return new NumberBins<long>(
            limits.Length > MaxCompared ? new SearchedLimits<long>(limits)
            : Fit(limits, short.MinValue, short.MaxValue) ? new NarrowedLimits<long, short>([.. limits.Select(l => (short)l)])
            : Fit(limits, int.MinValue, int.MaxValue) ? new NarrowedLimits<long, int>([.. limits.Select(l => (int)l)])
            : new ComparedLimits<long, long>(limits),
            edges.Count,
            sure,
            hasNaN: false);
    }

    /// <summary>Bins for a column of int32.</summary>
    public static FeatureBins OfInt32(IReadOnlyList<double> edges)
    {
        (long[] limits, int sure) = WholeLimits(edges, int.MinValue, int.MaxValue);
        return new NumberBins<int>(
            limits.Length <= MaxCompared && Fit(limits, short.MinValue, short.MaxValue)
                ? new NarrowedLimits<int, short>([.. limits.Select(l => (short)l)])
                : Choose<int, int>([.. limits.Select(l => (int)l)]),
            edges.Count,
            sure,
            hasNaN: false);
    }

    private static Limits<T> Choose<T, TLane>(T[] limits)
        where T : unmanaged, System.Numerics.INumber<T>
        where TLane : unmanaged, System.Numerics.IBinaryInteger<TLane> =>
        limits.Length > MaxCompared ? new SearchedLimits<T>(limits) : new ComparedLimits<T, TLane>(limits);

    private static float Nearest(double edge) => Math.Clamp((float)edge, float.MinValue, float.MaxValue);

    private static bool Fit(long[] limits, long min, long max) => limits.All(l => l >= min && l < max);

    // A whole number is at or above an edge where it is above the largest whole number below the edge. Limits below the type's range, which
    // every number is above, come first and are left out.
    private static (long[] Limits, int Sure) WholeLimits(IReadOnlyList<double> edges, long min, long max)
    {
        Int128[] all = [.. edges.Select((e, i) => i < edges.Count - 1 ? Whole(Math.Ceiling(e)) - 1 : Whole(Math.Floor(e)))];
        int sure = all.TakeWhile(l => l < min).Count();
        return ([.. all.Skip(sure).Select(l => (long)Int128.Min(l, max))], sure);
    }

    private static Int128 Whole(double number) => (Int128)Math.Clamp(number, -1e19, 1e19);
}
