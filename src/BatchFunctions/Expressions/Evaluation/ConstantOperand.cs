using System.Numerics;
using BatchFunctions.Data;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>One number for every record, for calculations.</summary>
internal sealed class ConstantOperand<T>(T value) : Operand<T>
    where T : unmanaged, INumber<T>
{
    private T[] _values = [];
    private int _rows;

    public override ReadOnlySpan<T> Values => _values.AsSpan(0, _rows);

    public override ReadOnlySpan<bool> Nulls => default;

    public override void Evaluate(ReadOnlySpan<Column> columns, int rows)
    {
        if (_values.Length < rows)
        {
            _values = new T[rows];
            _values.AsSpan().Fill(value);
        }

        _rows = rows;
    }
}
