namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Tells which flags have a value.</summary>
internal sealed class FlagKernel(FlagOperand operand, bool expected) : ConditionKernel
{
    public override void Evaluate(Span<byte> truths)
    {
        ReadOnlySpan<bool> values = operand.Values[..truths.Length];
        for (int i = 0; i < truths.Length; i++)
            truths[i] = (byte)(values[i] == expected ? Truth.True : Truth.False);
        MarkUnknown(truths, operand.Nulls);
    }
}
