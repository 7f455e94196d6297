using BatchFunctions.Data;

namespace BatchFunctions.Tables;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="TypeName">Its type as the table's log names it: <c>long</c>, <c>decimal(38,18)</c>, <c>struct</c>.</param>
/// <param name="Type">The type that holds its values, or null where they cannot be read here.</param>
/// <param name="Nullable">Whether it may hold nulls.</param>
public sealed record TableColumn(string Name, string TypeName, DataType? Type, bool Nullable);
