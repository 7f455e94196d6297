using System.Numerics;
using BatchFunctions.Data;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>A column's own numbers; none is copied.</summary>
/// <param name="slot">Which of the program's columns it is.</param>
internal sealed class ColumnOperand<T>(int slot) : Operand<T>
    where T : unmanaged, INumber<T>
{
    private Column<T>? _column;

    public override ReadOnlySpan<T> Values => _column!.Values;

    public override ReadOnlySpan<bool> Nulls => _column!.Nulls;

    public override void Evaluate(ReadOnlySpan<Column> columns, int rows) => _column = (Column<T>)columns[slot];
}
