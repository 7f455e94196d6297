namespace BatchFunctions.Expressions.Evaluation;

/// <summary>
/// Calculates with decimals without the exceptions that the language throws where a result does not fit: a double tells beforehand, but for
/// results so near to the largest decimal that only the calculation itself can.
/// </summary>
internal static class DecimalArithmetic
{
    // Around the largest decimal, 7.9228e28.
    private const double SurelyFits = 7.92e28;
    private const double CannotFit = 7.93e28;

    public static bool TryAdd(decimal left, decimal right, out decimal result) =>
        TryCalculate((double)left + (double)right, left, right, static (a, b) => a + b, out result);

    public static bool TryMultiply(decimal left, decimal right, out decimal result) =>
        TryCalculate((double)left * (double)right, left, right, static (a, b) => a * b, out result);

    public static bool TryDivide(decimal left, decimal right, out decimal result)
    {
        result = 0;
        return right != 0 && TryCalculate((double)left / (double)right, left, right, static (a, b) => a / b, out result);
    }

    private static bool TryCalculate(double estimate, decimal left, decimal right, Func<decimal, decimal, decimal> calculate, out decimal result)
    {
        result = 0;
        double magnitude = Math.Abs(estimate);
        if (magnitude >= CannotFit)
            return false;
        if (magnitude < SurelyFits)
        {
            result = calculate(left, right);
            return true;
        }

        try
        {
            result = calculate(left, right);
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }
}
