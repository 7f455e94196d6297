using System.Numerics;
using System.Runtime.InteropServices;

namespace BatchFunctions.Scoring;

/// <summary>Two limits that many numbers at a time are held against, in one pass over them and without a branch.</summary>
/// <typeparam name="T">The numbers' type.</typeparam>
/// <param name="lowest">The smallest number that is within.</param>
/// <param name="highest">The largest number that is within.</param>
internal readonly struct NumberRange<T>(T lowest, T highest)
    where T : unmanaged, INumber<T>
{
    /// <summary>Whether none of <paramref name="values"/> lies beyond a limit; NaN lies beyond none. Nulls' undefined values may.</summary>
    public bool HoldsAll(ReadOnlySpan<T> values)
    {
        Vector<T> low = new(lowest), high = new(highest), beyond = default;
        ReadOnlySpan<Vector<T>> vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
        foreach (Vector<T> x in vectors)
            beyond |= Vector.LessThan(x, low) | Vector.GreaterThan(x, high);
        bool any = !Vector.EqualsAll(beyond.As<T, byte>(), default);
        foreach (T x in values[(vectors.Length * Vector<T>.Count)..])
            any |= x < lowest || x > highest;
        return !any;
    }
}
