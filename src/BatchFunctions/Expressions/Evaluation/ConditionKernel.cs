namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Works a condition out for all records of the batch that its operands have taken up.</summary>
internal abstract class ConditionKernel
{
    /// <summary>Fills <paramref name="truths"/>.</summary>
    /// <param name="truths">A <see cref="Truth"/> for each record, as its number.</param>
    public abstract void Evaluate(Span<byte> truths);

    /// <summary>Makes unknown what a mark says is missing.</summary>
    protected static void MarkUnknown(Span<byte> truths, ReadOnlySpan<bool> nulls)
    {
        if (nulls.IsEmpty)
            return;
        for (int i = 0; i < truths.Length; i++)
            truths[i] = nulls[i] ? (byte)Truth.Unknown : truths[i];
    }
}
