using System.Numerics;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Compares numbers with numbers.</summary>
internal sealed class ComparisonKernel<T, TOrder>(Operand<T> left, Operand<T> right) : ConditionKernel
    where T : unmanaged, INumber<T>
    where TOrder : struct, IOrder
{
    public override void Evaluate(Span<byte> truths)
    {
        ReadOnlySpan<T> a = left.Values[..truths.Length], b = right.Values[..truths.Length];
        for (int i = 0; i < truths.Length; i++)
        {
            byte truth = (byte)(TOrder.Holds(a[i], b[i]) ? Truth.True : Truth.False);
            truths[i] = T.IsNaN(a[i]) || T.IsNaN(b[i]) ? (byte)Truth.Unknown : truth;
        }

        MarkUnknown(truths, left.Nulls);
        MarkUnknown(truths, right.Nulls);
    }
}
