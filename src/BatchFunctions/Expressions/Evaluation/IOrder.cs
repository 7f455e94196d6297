using System.Numerics;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>A comparison of two numbers.</summary>
internal interface IOrder
{
    /// <summary>Whether it holds.</summary>
    static abstract bool Holds<T>(T left, T right)
        where T : unmanaged, INumber<T>;
}
