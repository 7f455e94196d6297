using System.Numerics;
using BatchFunctions.Data;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Another operand's numbers as another kind of number.</summary>
internal sealed class WidenedOperand<TFrom, TTo, TWidening>(Operand<TFrom> source) : Operand<TTo>
    where TFrom : unmanaged, INumber<TFrom>
    where TTo : unmanaged, INumber<TTo>
    where TWidening : struct, IWidening<TFrom, TTo>
{
    private TTo[] _values = [];
    private int _rows;

    public override ReadOnlySpan<TTo> Values => _values.AsSpan(0, _rows);

    public override ReadOnlySpan<bool> Nulls => source.Nulls;

    public override void Evaluate(ReadOnlySpan<Column> columns, int rows)
    {
        if (_values.Length < rows)
            _values = new TTo[rows];
        _rows = rows;
        ReadOnlySpan<TFrom> from = source.Values;
        Span<TTo> to = _values.AsSpan(0, from.Length);
        for (int i = 0; i < to.Length; i++)
            to[i] = TWidening.Widen(from[i]);
    }
}
