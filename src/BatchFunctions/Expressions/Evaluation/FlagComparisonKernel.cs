namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Compares flags with flags.</summary>
internal sealed class FlagComparisonKernel(FlagOperand left, FlagOperand right, bool areEqual) : ConditionKernel
{
    public override void Evaluate(Span<byte> truths)
    {
        ReadOnlySpan<bool> a = left.Values[..truths.Length], b = right.Values[..truths.Length];
        for (int i = 0; i < truths.Length; i++)
            truths[i] = (byte)((a[i] == b[i]) == areEqual ? Truth.True : Truth.False);
        MarkUnknown(truths, left.Nulls);
        MarkUnknown(truths, right.Nulls);
    }
}
