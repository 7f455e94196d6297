using BatchFunctions.Data;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>A column of true and false.</summary>
/// <param name="slot">Which of the program's columns it is.</param>
internal sealed class FlagOperand(int slot) : Operand
{
    private Column<bool>? _column;

    /// <summary>The values.</summary>
    public ReadOnlySpan<bool> Values => _column!.Values;

    public override ReadOnlySpan<bool> Nulls => _column!.Nulls;

    public override void Evaluate(ReadOnlySpan<Column> columns, int rows) => _column = (Column<bool>)columns[slot];
}
