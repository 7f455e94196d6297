using System.Numerics;

namespace BatchFunctions.Metrics.Drift;

/// <summary>Limits too many to compare each number with: its place among them is searched.</summary>
/// <typeparam name="T">The numbers' type.</typeparam>
internal sealed class SearchedLimits<T>(T[] limits) : Limits<T>
    where T : unmanaged, INumber<T>
{
    private readonly long[] _places = new long[limits.Length + 1];

    /// <inheritdoc/>
    public override void Count(ReadOnlySpan<T> values, Span<long> above)
    {
        Array.Clear(_places);
        foreach (T value in values)
            _places[LimitsBelow(value)]++;
        long sum = 0;
        for (int i = limits.Length - 1; i >= 0; i--)
        {
            sum += _places[i + 1];
            above[i] += sum;
        }
    }

    // NaN is above no limit.
    private int LimitsBelow(T value)
    {
        int low = 0, count = limits.Length;
        while (count > 0)
        {
            int half = count / 2;
            if (value > limits[low + half])
            {
                low += half + 1;
                count -= half + 1;
            }
            else
            {
                count = half;
            }
        }

        return low;
    }
}
