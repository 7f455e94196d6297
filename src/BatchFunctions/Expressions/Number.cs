using System.Globalization;

namespace BatchFunctions.Expressions;

/// <summary>
/// A number that stands in an expression, or is calculated of such numbers. It has no type of its own and takes that of what it meets:
/// exact beside decimals and whole numbers, rounded once beside floating-point ones.
/// </summary>
/// <param name="Exact">The number itself, where a decimal can hold it.</param>
/// <param name="Approximate">The double nearest to it.</param>
internal readonly record struct Number(decimal? Exact, double Approximate)
{
    /// <summary>Reads digits with a point and an exponent, if any.</summary>
    /// <returns>The number, or null where it is too large for a double.</returns>
    public static Number? Parse(string text)
    {
        double approximate = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(approximate))
            return null;

        // Digits that a decimal has no room for are dropped when it is parsed; it is then another number, or the same for all that doubles tell.
        bool held = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal exact) && DecimalRounding.ToDouble(exact) == approximate;
        return new Number(held ? exact : null, approximate);
    }

    /// <summary>Calculates with two numbers: in decimals where they can hold the operands and the result, else in doubles.</summary>
    /// <returns>The result, or null where there is none: a division by zero, or a result beyond all doubles.</returns>
    public static Number? Calculate(ArithmeticOperator operation, Number left, Number right)
    {
        if (operation == ArithmeticOperator.Divide && right.Approximate == 0)
            return null;
        if (left.Exact is { } a && right.Exact is { } b)
        {
            try
            {
                return Of(operation switch
                {
                    ArithmeticOperator.Add => a + b,
                    ArithmeticOperator.Subtract => a - b,
                    ArithmeticOperator.Multiply => a * b,
                    _ => a / b,
                });
            }
            catch (OverflowException)
            {
            }
        }

        (double x, double y) = (left.Approximate, right.Approximate);
        double result = operation switch
        {
            ArithmeticOperator.Add => x + y,
            ArithmeticOperator.Subtract => x - y,
            ArithmeticOperator.Multiply => x * y,
            _ => x / y,
        };
        return double.IsFinite(result) ? new Number(null, result) : null;
    }

    /// <summary>The number with the other sign.</summary>
    public static Number operator -(Number number) => new(-number.Exact, -number.Approximate);

    /// <summary>The number as a 64-bit integer, or null where it is none.</summary>
    public long? Whole => Exact is { } exact && decimal.IsInteger(exact) && exact is >= long.MinValue and <= long.MaxValue ? (long)exact : null;

    /// <summary>Which of two numbers is the larger: negative, 0 or positive.</summary>
    public int CompareTo(Number other) =>
        Exact is { } a && other.Exact is { } b ? a.CompareTo(b) : Approximate.CompareTo(other.Approximate);

    /// <inheritdoc/>
    public override string ToString() => Exact?.ToString(CultureInfo.InvariantCulture) ?? Approximate.ToString("R", CultureInfo.InvariantCulture);

    private static Number Of(decimal exact) => new(exact, DecimalRounding.ToDouble(exact));
}
