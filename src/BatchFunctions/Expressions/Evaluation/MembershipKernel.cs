using System.Collections.Frozen;
using System.Numerics;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Looks numbers up in a list.</summary>
internal sealed class MembershipKernel<T>(Operand<T> operand, IEnumerable<T> items, bool isNegated) : ConditionKernel
    where T : unmanaged, INumber<T>
{
    private readonly FrozenSet<T> _items = items.ToFrozenSet();

    public override void Evaluate(Span<byte> truths)
    {
        ReadOnlySpan<T> values = operand.Values[..truths.Length];
        for (int i = 0; i < truths.Length; i++)
        {
            byte truth = (byte)(_items.Contains(values[i]) != isNegated ? Truth.True : Truth.False);
            truths[i] = T.IsNaN(values[i]) ? (byte)Truth.Unknown : truth;
        }

        MarkUnknown(truths, operand.Nulls);
    }
}
