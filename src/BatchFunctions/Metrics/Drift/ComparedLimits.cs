using System.Numerics;

namespace BatchFunctions.Metrics.Drift;

/// <summary>Limits that the numbers are compared with as they are.</summary>
/// <typeparam name="T">The numbers' type.</typeparam>
/// <typeparam name="TLane">The signed integer as wide as <typeparamref name="T"/>.</typeparam>
internal sealed class ComparedLimits<T, TLane>(T[] limits) : Limits<T>
    where T : unmanaged, INumber<T>
    where TLane : unmanaged, IBinaryInteger<TLane>
{
    /// <inheritdoc/>
    public override void Count(ReadOnlySpan<T> values, Span<long> above) => LimitCounter.Count<T, TLane>(values, limits, above);
}
