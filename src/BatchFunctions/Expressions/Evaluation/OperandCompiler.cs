using System.Numerics;
using BatchFunctions.Data;
using BatchFunctions.Expressions.Conditions;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Makes operands of terms; a term that occurs several times is worked out once.</summary>
internal sealed class OperandCompiler
{
    private readonly Dictionary<Term, Operand> _operands = [];
    private readonly List<Operand> _steps = [];
    private readonly List<Field> _columns = [];

    /// <summary>The operands, each behind those that it is made of.</summary>
    public IReadOnlyList<Operand> Steps => _steps;

    /// <summary>The columns that the operands read, each once.</summary>
    public IReadOnlyList<Field> Columns => _columns;

    /// <summary>The operand of a term that is calculated in <typeparamref name="T"/>.</summary>
    public Operand<T> Numbers<T>(Term term)
        where T : unmanaged, INumber<T> => (Operand<T>)OperandOf(term);

    /// <summary>The operand of a column of true and false.</summary>
    public FlagOperand Flags(Term term) => (FlagOperand)OperandOf(term);

    /// <summary>The operand of a column of text.</summary>
    public TextOperand Texts(Term term) => (TextOperand)OperandOf(term);

    /// <summary>The operand of a term.</summary>
    public Operand OperandOf(Term term)
    {
        if (_operands.TryGetValue(term, out Operand? operand))
            return operand;
        operand = Compile(term);
        _operands.Add(term, operand);
        return operand;
    }

    private Operand Compile(Term term) => term switch
    {
        ColumnTerm column => CompileColumn(column.Column),
        ConstantTerm<long> constant => Step(new ConstantOperand<long>(constant.Value)),
        ConstantTerm<double> constant => Step(new ConstantOperand<double>(constant.Value)),
        ConstantTerm<decimal> constant => Step(new ConstantOperand<decimal>(constant.Value)),
        ConversionTerm conversion => CompileConversion(conversion),
        CalculationTerm calculation => CompileCalculation(calculation),
        _ => throw new ArgumentOutOfRangeException(nameof(term), term, "There is no operand of this term."),
    };

    private Operand CompileColumn(Field column)
    {
        int slot = _columns.Count;
        _columns.Add(column);
        return column.Type switch
        {
            DataType.Bool => Step(new FlagOperand(slot)),
            DataType.String => Step(new TextOperand(slot)),
            DataType.Int32 or DataType.Date => Step(new WidenedOperand<int, long, IntToLong>(Step(new ColumnOperand<int>(slot)))),
            DataType.Float32 => Step(new WidenedOperand<float, double, FloatToDouble>(Step(new ColumnOperand<float>(slot)))),
            DataType.Float64 => Step(new ColumnOperand<double>(slot)),
            DataType.Decimal => Step(new ColumnOperand<decimal>(slot)),
            _ => Step(new ColumnOperand<long>(slot)),
        };
    }

    private Operand CompileConversion(ConversionTerm conversion) => (conversion.Operand.Type, conversion.Type) switch
    {
        (DataType.Int64, DataType.Float64) => Step(new WidenedOperand<long, double, LongToDouble>(Numbers<long>(conversion.Operand))),
        (DataType.Int64, DataType.Decimal) => Step(new WidenedOperand<long, decimal, LongToDecimal>(Numbers<long>(conversion.Operand))),
        (DataType.Decimal, DataType.Float64) => Step(new WidenedOperand<decimal, double, DecimalToDouble>(Numbers<decimal>(conversion.Operand))),
        (DataType.Date, DataType.Timestamp) => Step(new WidenedOperand<long, long, DaysToMicroseconds>(Numbers<long>(conversion.Operand))),
        _ => throw new ArgumentOutOfRangeException(nameof(conversion), conversion, "There is no such conversion."),
    };

    private Operand CompileCalculation(CalculationTerm calculation) => (calculation.Type, calculation.Operator) switch
    {
        (DataType.Int64, ArithmeticOperator.Add) => Calculate<long, Addition>(calculation),
        (DataType.Int64, ArithmeticOperator.Subtract) => Calculate<long, Subtraction>(calculation),
        (DataType.Int64, ArithmeticOperator.Multiply) => Calculate<long, Multiplication>(calculation),
        (DataType.Float64, ArithmeticOperator.Add) => Calculate<double, Addition>(calculation),
        (DataType.Float64, ArithmeticOperator.Subtract) => Calculate<double, Subtraction>(calculation),
        (DataType.Float64, ArithmeticOperator.Multiply) => Calculate<double, Multiplication>(calculation),
        (DataType.Float64, ArithmeticOperator.Divide) => Calculate<double, Division>(calculation),
        (DataType.Decimal, ArithmeticOperator.Add) => Calculate<decimal, Addition>(calculation),
        (DataType.Decimal, ArithmeticOperator.Subtract) => Calculate<decimal, Subtraction>(calculation),
        (DataType.Decimal, ArithmeticOperator.Multiply) => Calculate<decimal, Multiplication>(calculation),
        (DataType.Decimal, ArithmeticOperator.Divide) => Calculate<decimal, Division>(calculation),
        _ => throw new ArgumentOutOfRangeException(nameof(calculation), calculation, "There is no such calculation."),
    };

    private CalculatedOperand<T, TArithmetic> Calculate<T, TArithmetic>(CalculationTerm calculation)
        where T : unmanaged, INumber<T>
        where TArithmetic : struct, IArithmetic<T> =>
        Step(new CalculatedOperand<T, TArithmetic>(Numbers<T>(calculation.Left), Numbers<T>(calculation.Right)));

    private T Step<T>(T operand)
        where T : Operand
    {
        _steps.Add(operand);
        return operand;
    }
}
