using BatchFunctions.Data;

namespace BatchFunctions.Expressions.Conditions;

/// <summary>
/// A calculation of two numbers of one type, which is also its own. Missing where an operand is, and where there is no result: a division by
/// zero, a whole number beyond 64 bits, a decimal beyond 96 bits, what is not a number.
/// </summary>
internal sealed record CalculationTerm(DataType Type, ArithmeticOperator Operator, Term Left, Term Right) : Term(Type);
