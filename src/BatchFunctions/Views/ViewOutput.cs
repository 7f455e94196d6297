namespace BatchFunctions.Views;

/// <summary>What an engine has made.</summary>
/// <param name="Engine">The engine's name and version.</param>
/// <param name="Sql">The query that gave the rows.</param>
/// <param name="Records">The number of rows.</param>
/// <param name="Read">The number of records of each source, in their order; null where nobody counted.</param>
public sealed record ViewOutput(string Engine, string Sql, long Records, IReadOnlyList<long?> Read);
