namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Sums.</summary>
internal readonly struct Addition : IArithmetic<long>, IArithmetic<double>, IArithmetic<decimal>
{
    public static bool TryCalculate(long left, long right, out long result)
    {
        result = unchecked(left + right);

        // It overflowed where its sign is neither operand's.
        return ((left ^ result) & (right ^ result)) >= 0;
    }

    public static bool TryCalculate(double left, double right, out double result)
    {
        result = left + right;
        return true;
    }

    public static bool TryCalculate(decimal left, decimal right, out decimal result) => DecimalArithmetic.TryAdd(left, right, out result);
}

/// <summary>Differences.</summary>
internal readonly struct Subtraction : IArithmetic<long>, IArithmetic<double>, IArithmetic<decimal>
{
    public static bool TryCalculate(long left, long right, out long result)
    {
        result = unchecked(left - right);
        return ((left ^ right) & (left ^ result)) >= 0;
    }

    public static bool TryCalculate(double left, double right, out double result)
    {
        result = left - right;
        return true;
    }

    public static bool TryCalculate(decimal left, decimal right, out decimal result) => DecimalArithmetic.TryAdd(left, -right, out result);
}

/// <summary>Products.</summary>
internal readonly struct Multiplication : IArithmetic<long>, IArithmetic<double>, IArithmetic<decimal>
{
    public static bool TryCalculate(long left, long right, out long result)
    {
        long high = Math.BigMul(left, right, out result);

        // It fits where the high half is nothing but the low half's sign.
        return high == result >> 63;
    }

    public static bool TryCalculate(double left, double right, out double result)
    {
        result = left * right;
        return true;
    }

    public static bool TryCalculate(decimal left, decimal right, out decimal result) => DecimalArithmetic.TryMultiply(left, right, out result);
}

/// <summary>Quotients. Whole numbers are divided as floating-point ones.</summary>
internal readonly struct Division : IArithmetic<double>, IArithmetic<decimal>
{
    public static bool TryCalculate(double left, double right, out double result)
    {
        result = left / right;
        return right != 0;
    }

    public static bool TryCalculate(decimal left, decimal right, out decimal result) => DecimalArithmetic.TryDivide(left, right, out result);
}
