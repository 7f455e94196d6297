namespace BatchFunctions.Metrics.Drift;

/// <summary>Ascending limits that numbers are compared with.</summary>
/// <typeparam name="T">The numbers' type.</typeparam>
internal abstract class Limits<T>
    where T : unmanaged
{
    /// <summary>Adds to <paramref name="above"/>, for each limit, how many of the values are above it.</summary>
    /// <param name="values">At most <see cref="LimitCounter.BlockSize"/> values.</param>
    /// <param name="above">As long as there are limits.</param>
    public abstract void Count(ReadOnlySpan<T> values, Span<long> above);
}
