using System.Numerics;
using System.Runtime.CompilerServices;

namespace BatchFunctions.Metrics.Drift;

/// <summary>
/// Limits that are small integers, so that wide integers may be cut down to their range first, of which a vector holds more: what lies beyond
/// the range is above or below all limits before and after.
/// </summary>
/// <typeparam name="T">The numbers' type.</typeparam>
/// <typeparam name="TNarrow">The type to compare in; each limit is below its largest value.</typeparam>
internal sealed class NarrowedLimits<T, TNarrow>(TNarrow[] limits) : Limits<T>
    where T : unmanaged, IBinaryInteger<T>
    where TNarrow : unmanaged, IBinaryInteger<TNarrow>
{
    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Count(ReadOnlySpan<T> values, Span<long> above)
    {
        Span<TNarrow> narrow = stackalloc TNarrow[values.Length];
        Saturation.Narrow(values, narrow);
        LimitCounter.Count<TNarrow, TNarrow>(narrow, limits, above);
    }
}
