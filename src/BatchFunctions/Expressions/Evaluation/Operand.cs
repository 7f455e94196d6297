using BatchFunctions.Data;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>A term's values for the batch at hand.</summary>
internal abstract class Operand
{
    /// <summary>A mark for each missing value; empty where none is.</summary>
    public abstract ReadOnlySpan<bool> Nulls { get; }

    /// <summary>Takes up a batch. Operands that this one is made of have done so before.</summary>
    /// <param name="columns">The program's columns.</param>
    /// <param name="rows">How many records there are.</param>
    public abstract void Evaluate(ReadOnlySpan<Column> columns, int rows);
}
