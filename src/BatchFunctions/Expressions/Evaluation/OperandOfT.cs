using System.Numerics;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>A term's numbers for the batch at hand. What is NaN is missing too, whether it is marked or not.</summary>
internal abstract class Operand<T> : Operand
    where T : unmanaged, INumber<T>
{
    /// <summary>The numbers, one for each record; undefined where they are missing.</summary>
    public abstract ReadOnlySpan<T> Values { get; }
}
