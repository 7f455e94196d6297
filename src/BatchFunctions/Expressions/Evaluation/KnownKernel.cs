namespace BatchFunctions.Expressions.Evaluation;

/// <summary>The same for every record.</summary>
internal sealed class KnownKernel(bool holds) : ConditionKernel
{
    public override void Evaluate(Span<byte> truths) => truths.Fill((byte)(holds ? Truth.True : Truth.False));
}
