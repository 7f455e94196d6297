using BatchFunctions.Data;

namespace BatchFunctions.Expressions.Conditions;

/// <summary>A column's value. Narrow numbers count as wide ones of the same value.</summary>
/// <param name="Column">The column, with the type that it has in a batch.</param>
internal sealed record ColumnTerm(Field Column) : Term(Column.Type switch
{
    DataType.Int32 => DataType.Int64,
    DataType.Float32 => DataType.Float64,
    _ => Column.Type,
});
