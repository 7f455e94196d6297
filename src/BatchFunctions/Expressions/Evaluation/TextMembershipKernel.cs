using BatchFunctions.Data;
using BatchFunctions.Models;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Looks texts up in a list.</summary>
internal sealed class TextMembershipKernel(TextOperand operand, IReadOnlyList<string> items, bool isNegated) : ConditionKernel
{
    private readonly Utf8Lookup _items = new(items);

    public override void Evaluate(Span<byte> truths)
    {
        Utf8Column texts = operand.Column;
        for (int i = 0; i < truths.Length; i++)
            truths[i] = (byte)(_items.Find(texts[i]) >= 0 != isNegated ? Truth.True : Truth.False);
        MarkUnknown(truths, operand.Nulls);
    }
}
