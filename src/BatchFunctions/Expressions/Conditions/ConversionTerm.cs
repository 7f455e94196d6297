using BatchFunctions.Data;

namespace BatchFunctions.Expressions.Conditions;

/// <summary>A value as another type: a number as a wider kind of number, rounded to the nearest; a date as its first moment in UTC.</summary>
internal sealed record ConversionTerm(DataType Type, Term Operand) : Term(Type);
