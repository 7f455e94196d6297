using System.Numerics;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Compares numbers with one number.</summary>
internal sealed class ConstantComparisonKernel<T, TOrder>(Operand<T> operand, T constant) : ConditionKernel
    where T : unmanaged, INumber<T>
    where TOrder : struct, IOrder
{
    public override void Evaluate(Span<byte> truths)
    {
        T right = constant;
        ReadOnlySpan<T> values = operand.Values[..truths.Length];
        for (int i = 0; i < truths.Length; i++)
        {
            byte truth = (byte)(TOrder.Holds(values[i], right) ? Truth.True : Truth.False);
            truths[i] = T.IsNaN(values[i]) ? (byte)Truth.Unknown : truth;
        }

        MarkUnknown(truths, operand.Nulls);
    }
}
