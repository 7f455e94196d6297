using System.Numerics;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Tells which numbers are missing, NaN among them.</summary>
internal sealed class NumberNullKernel<T>(Operand<T> operand, bool isNegated) : ConditionKernel
    where T : unmanaged, INumber<T>
{
    public override void Evaluate(Span<byte> truths)
    {
        ReadOnlySpan<T> values = operand.Values[..truths.Length];
        ReadOnlySpan<bool> nulls = operand.Nulls;
        for (int i = 0; i < truths.Length; i++)
        {
            bool missing = T.IsNaN(values[i]) || (!nulls.IsEmpty && nulls[i]);
            truths[i] = (byte)(missing != isNegated ? Truth.True : Truth.False);
        }
    }
}
