using System.Numerics;
using BatchFunctions.Data;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>What is calculated of two operands.</summary>
internal sealed class CalculatedOperand<T, TArithmetic>(Operand<T> left, Operand<T> right) : Operand<T>
    where T : unmanaged, INumber<T>
    where TArithmetic : struct, IArithmetic<T>
{
    private T[] _values = [];
    private bool[] _nulls = [];
    private int _rows;
    private bool _hasNulls;

    public override ReadOnlySpan<T> Values => _values.AsSpan(0, _rows);

    public override ReadOnlySpan<bool> Nulls => _hasNulls ? _nulls.AsSpan(0, _rows) : default;

    public override void Evaluate(ReadOnlySpan<Column> columns, int rows)
    {
        if (_values.Length < rows)
        {
            _values = new T[rows];
            _nulls = new bool[rows];
        }

        _rows = rows;
        ReadOnlySpan<T> a = left.Values, b = right.Values;
        Span<T> values = _values.AsSpan(0, rows);
        Span<bool> nulls = _nulls.AsSpan(0, rows);
        bool all = true;
        for (int i = 0; i < values.Length; i++)
        {
            bool there = TArithmetic.TryCalculate(a[i], b[i], out values[i]);
            nulls[i] = !there;
            all &= there;
        }

        _hasNulls = !all | Include(left.Nulls, nulls) | Include(right.Nulls, nulls);
    }

    private static bool Include(ReadOnlySpan<bool> more, Span<bool> nulls)
    {
        for (int i = 0; i < more.Length; i++)
            nulls[i] |= more[i];
        return !more.IsEmpty;
    }
}
