namespace BatchFunctions.Tables;

/// <summary>What a vacuum removed, or would remove.</summary>
/// <param name="Files">The files, relative to the table.</param>
/// <param name="Bytes">Their length together.</param>
public sealed record VacuumResult(IReadOnlyList<string> Files, long Bytes);
