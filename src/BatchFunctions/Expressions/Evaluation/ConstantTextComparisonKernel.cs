using System.Text;
using BatchFunctions.Data;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Compares texts with one text.</summary>
internal sealed class ConstantTextComparisonKernel(TextOperand operand, string constant, ComparisonOperator comparison) : ConditionKernel
{
    private readonly byte[] _constant = Encoding.UTF8.GetBytes(constant);

    public override void Evaluate(Span<byte> truths)
    {
        Utf8Column texts = operand.Column;
        ReadOnlySpan<byte> right = _constant;
        if (comparison is ComparisonOperator.Equal or ComparisonOperator.NotEqual)
        {
            bool equal = comparison == ComparisonOperator.Equal;
            for (int i = 0; i < truths.Length; i++)
                truths[i] = (byte)(texts[i].SequenceEqual(right) == equal ? Truth.True : Truth.False);
        }
        else
        {
            for (int i = 0; i < truths.Length; i++)
                truths[i] = (byte)(comparison.Holds(texts[i].SequenceCompareTo(right)) ? Truth.True : Truth.False);
        }

        MarkUnknown(truths, operand.Nulls);
    }
}
