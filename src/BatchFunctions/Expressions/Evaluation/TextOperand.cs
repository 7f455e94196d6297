using BatchFunctions.Data;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>A column of text.</summary>
/// <param name="slot">Which of the program's columns it is.</param>
internal sealed class TextOperand(int slot) : Operand
{
    private Utf8Column? _column;

    /// <summary>The column.</summary>
    public Utf8Column Column => _column!;

    public override ReadOnlySpan<bool> Nulls => _column!.Nulls;

    public override void Evaluate(ReadOnlySpan<Column> columns, int rows) => _column = (Utf8Column)columns[slot];
}
