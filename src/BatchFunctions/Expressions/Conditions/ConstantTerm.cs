using BatchFunctions.Data;

namespace BatchFunctions.Expressions.Conditions;

/// <summary>The same value for every record.</summary>
/// <typeparam name="T">
/// <see cref="long"/> for whole numbers, for dates (days since 1970-01-01) and for timestamps (microseconds since 1970-01-01T00:00Z), <see cref="double"/>,
/// <see cref="decimal"/>, <see cref="string"/> or <see cref="bool"/>.
/// </typeparam>
/// <param name="Type">What it is compared and calculated as.</param>
/// <param name="Value">The value.</param>
internal sealed record ConstantTerm<T>(DataType Type, T Value) : Term(Type)
    where T : notnull;
