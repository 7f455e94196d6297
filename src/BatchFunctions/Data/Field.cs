namespace BatchFunctions.Data;

/// <summary>A column's name and type.</summary>
/// <param name="Name">The column's name, compared case-sensitively.</param>
/// <param name="Type">The type of the column's values.</param>
public sealed record Field(string Name, DataType Type);
