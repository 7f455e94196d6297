namespace BatchFunctions.Sql;

/// <summary>A column of a query.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in the database's words.</param>
internal sealed record SqlColumn(string Name, string Type);
