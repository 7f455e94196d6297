using System.Numerics.Tensors;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Joins conditions by <c>and</c>, the least of their truths, or by <c>or</c>, the greatest.</summary>
internal sealed class JunctionKernel(bool isAnd, IReadOnlyList<ConditionKernel> operands) : ConditionKernel
{
    private byte[] _other = [];

    public override void Evaluate(Span<byte> truths)
    {
        if (_other.Length < truths.Length)
            _other = new byte[truths.Length];
        Span<byte> other = _other.AsSpan(0, truths.Length);
        operands[0].Evaluate(truths);
        for (int i = 1; i < operands.Count; i++)
        {
            operands[i].Evaluate(other);
            if (isAnd)
                TensorPrimitives.Min(truths, other, truths);
            else
                TensorPrimitives.Max(truths, other, truths);
        }
    }
}
