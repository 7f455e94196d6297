using System.Runtime.InteropServices;
using BatchFunctions.Data;
using BatchFunctions.Expressions.Conditions;
using BatchFunctions.Expressions.Evaluation;

namespace BatchFunctions.Expressions;

/// <summary>
/// Conditions ready to be worked out batch by batch, column by column. What several of them share is worked out once; memory is kept from
/// batch to batch, so that nothing is allocated once the largest has been seen. One worker owns one; it is not thread-safe.
/// </summary>
internal sealed class ConditionProgram
{
    private readonly Operand[] _operands;
    private readonly ConditionKernel[] _kernels;
    private readonly byte[][] _truths;
    private int _rows;

    /// <summary>Compiles conditions.</summary>
    public ConditionProgram(params IReadOnlyList<Condition> conditions)
    {
        var operands = new OperandCompiler();
        var compiler = new ConditionCompiler(operands);
        _kernels = [.. conditions.Select(c => c.Accept(compiler))];
        _truths = [.. conditions.Select(_ => Array.Empty<byte>())];
        _operands = [.. operands.Steps];
        Columns = operands.Columns;
    }

    /// <summary>The columns that the conditions read, each once.</summary>
    public IReadOnlyList<Field> Columns { get; }

    /// <summary>Works all conditions out.</summary>
    /// <param name="columns">The batch's columns of the names and types of <see cref="Columns"/>, in that order.</param>
    /// <param name="rows">The number of records.</param>
    public void Run(ReadOnlySpan<Column> columns, int rows)
    {
        foreach (Operand operand in _operands)
            operand.Evaluate(columns, rows);
        for (int i = 0; i < _kernels.Length; i++)
        {
            if (_truths[i].Length < rows)
                _truths[i] = new byte[rows];
            _kernels[i].Evaluate(_truths[i].AsSpan(0, rows));
        }

        _rows = rows;
    }

    /// <summary>What a condition says of each record of the last batch.</summary>
    /// <param name="condition">Which one.</param>
    public ReadOnlySpan<Truth> Truths(int condition) => MemoryMarshal.Cast<byte, Truth>(_truths[condition].AsSpan(0, _rows));
}
