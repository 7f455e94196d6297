namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Tells which flags or texts are missing; a blank text is not.</summary>
internal sealed class NullKernel(Operand operand, bool isNegated) : ConditionKernel
{
    public override void Evaluate(Span<byte> truths)
    {
        ReadOnlySpan<bool> nulls = operand.Nulls;
        for (int i = 0; i < truths.Length; i++)
            truths[i] = (byte)((!nulls.IsEmpty && nulls[i]) != isNegated ? Truth.True : Truth.False);
    }
}
