using BatchFunctions.Data;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Compares texts with texts.</summary>
internal sealed class TextComparisonKernel(TextOperand left, TextOperand right, ComparisonOperator comparison) : ConditionKernel
{
    public override void Evaluate(Span<byte> truths)
    {
        Utf8Column a = left.Column, b = right.Column;
        for (int i = 0; i < truths.Length; i++)
            truths[i] = (byte)(comparison.Holds(a[i].SequenceCompareTo(b[i])) ? Truth.True : Truth.False);
        MarkUnknown(truths, left.Nulls);
        MarkUnknown(truths, right.Nulls);
    }
}
