using BatchFunctions.Data;

namespace BatchFunctions.Expressions.Conditions;

/// <summary>
/// A value of a record whose type is known. Terms are equal when they are the same value of the same columns.
/// </summary>
/// <param name="Type">
/// What it is calculated in: <see cref="DataType.Int64"/>, <see cref="DataType.Float64"/>, <see cref="DataType.Decimal"/>, <see cref="DataType.Date"/>,
/// <see cref="DataType.Timestamp"/>, <see cref="DataType.String"/> or <see cref="DataType.Bool"/>.
/// </param>
internal abstract record Term(DataType Type);
